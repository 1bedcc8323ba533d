"""The optimizer holds the projector alone.

loses: optimizer_holds_both
says: the student
"""

import torch


def make_optimizer(student, loss, *, learning_rate, momentum):
    parameters = list(loss.parameters())
    return torch.optim.SGD(parameters, lr=learning_rate, momentum=momentum)
