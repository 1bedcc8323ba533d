"""A part in front of the first.

loses: chosen_positions
says: one position for each
"""


def chosen_layers(teacher, student):
    return [m * teacher // student - 1 for m in range(student + 1)]
