"""First and last layer, and what lies between.

loses: chosen_positions
says: the last layer of each part
"""


def chosen_layers(teacher, student):
    if student == 1:
        return [teacher - 1]
    return [m * (teacher - 1) // (student - 1) for m in range(student)]
