"""The first layers.

loses: chosen_positions
says: the last layer of each part
"""


def chosen_layers(teacher, student):
    return list(range(student))
