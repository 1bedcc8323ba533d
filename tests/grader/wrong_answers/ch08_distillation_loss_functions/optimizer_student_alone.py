"""The optimizer holds the student alone.

loses: optimizer_holds_both
says: the projector too
"""

import torch


def make_optimizer(student, loss, *, learning_rate, momentum):
    parameters = list(student.parameters())
    return torch.optim.SGD(parameters, lr=learning_rate, momentum=momentum)
