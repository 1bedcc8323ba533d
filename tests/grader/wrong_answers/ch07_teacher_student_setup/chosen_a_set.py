"""Duplicates are taken out of a rounded step.

loses: chosen_positions
says: the last layer of each part
"""


def chosen_layers(teacher, student):
    step = max(1, round(teacher / student))
    return sorted({min(m * step, teacher) - 1 for m in range(1, student + 1)})
