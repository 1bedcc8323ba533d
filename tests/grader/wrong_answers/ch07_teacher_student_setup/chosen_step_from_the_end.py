"""A rounded step, counted from the end.

loses: chosen_positions
says: the last layer of each part
"""


def chosen_layers(teacher, student):
    step = teacher // student
    return [teacher - 1 - m * step for m in range(student)][::-1]
