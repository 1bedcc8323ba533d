"""The middle of each part.

loses: chosen_positions
says: the last layer of each part
"""


def chosen_layers(teacher, student):
    return [(2 * m + 1) * teacher // (2 * student) for m in range(student)]
