"""A step that is rounded down once for all.

loses: chosen_positions
says: the last layer of each part
"""


def chosen_layers(teacher, student):
    step = teacher // student
    return [m * step - 1 for m in range(1, student + 1)]
