"""Divided before it is multiplied, as whole numbers.

loses: chosen_positions
says: the last layer of each part
"""


def chosen_layers(teacher, student):
    return [m * (teacher // student) + teacher % student - 1 for m in range(1, student + 1)]
