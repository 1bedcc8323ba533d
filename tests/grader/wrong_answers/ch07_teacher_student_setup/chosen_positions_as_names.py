"""Positions as names.

loses: chosen_positions
says: whole numbers
"""


def chosen_layers(teacher, student):
    return [str(m * teacher // student - 1) for m in range(1, student + 1)]
