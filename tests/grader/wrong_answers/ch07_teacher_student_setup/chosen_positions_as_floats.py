"""Positions as floats.

loses: chosen_positions
says: whole numbers
"""


def chosen_layers(teacher, student):
    return [float(m * teacher // student - 1) for m in range(1, student + 1)]
