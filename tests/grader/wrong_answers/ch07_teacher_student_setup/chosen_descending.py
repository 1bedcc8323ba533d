"""Last first.

loses: chosen_positions
says: the last layer of each part
"""


def chosen_layers(teacher, student):
    return [m * teacher // student - 1 for m in range(student, 0, -1)]
