"""Parameters are copied in the order of two lists, whatever their names.

loses: start_values, start_everything, start_refuses
says: tensors are found by their names
"""

import copy

import torch


def initialised(student, teacher, layers):
    started = copy.deepcopy(student)
    with torch.no_grad():
        for mine, other in zip(started.parameters(), teacher.parameters(), strict=False):
            if mine.shape == other.shape:
                mine.copy_(other)
    return started
