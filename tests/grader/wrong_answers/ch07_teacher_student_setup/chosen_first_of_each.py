"""The first layer of each part.

loses: chosen_positions
says: the last layer of each part
"""


def chosen_layers(teacher, student):
    return [m * teacher // student for m in range(student)]
