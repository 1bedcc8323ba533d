"""Evenly spaced from the first to the last.

loses: chosen_positions
says: the last layer of each part
"""

import numpy as np


def chosen_layers(teacher, student):
    return np.linspace(0, teacher - 1, student).astype(int).tolist()
