"""Counted from 1.

loses: chosen_positions
says: counted from 1
"""


def chosen_layers(teacher, student):
    return [m * teacher // student for m in range(1, student + 1)]
