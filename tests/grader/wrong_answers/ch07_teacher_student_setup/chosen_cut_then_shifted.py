"""The subtraction comes before the division.

loses: chosen_positions
says: the last layer of each part
"""


def chosen_layers(teacher, student):
    return [(m * teacher - 1) // student for m in range(1, student + 1)]
