"""In floating point.

loses: chosen_positions
says: exact for every size
"""


def chosen_layers(teacher, student):
    return [int(m * (teacher / student)) - 1 for m in range(1, student + 1)]
