"""Student and teacher are swapped.

loses: chosen_positions
says: one position for each
"""


def chosen_layers(teacher, student):
    return [m * student // teacher - 1 for m in range(1, teacher + 1)]
