"""Rounded to the nearest, and not down.

loses: chosen_positions
says: the last layer of each part
"""


def chosen_layers(teacher, student):
    return [round(m * teacher / student) - 1 for m in range(1, student + 1)]
