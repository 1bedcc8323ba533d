"""Every other layer, whatever the sizes.

loses: chosen_positions
says: one position for each
"""


def chosen_layers(teacher, student):
    return list(range(1, teacher, 2))
