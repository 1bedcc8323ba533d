"""The last part is forgotten.

loses: chosen_positions
says: one position for each
"""


def chosen_layers(teacher, student):
    return [m * teacher // student - 1 for m in range(1, student)]
