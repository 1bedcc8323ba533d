"""The parameters of a copy.

loses: optimizer_holds_both
says: that holds
"""

import copy

import torch


def make_optimizer(student, loss, *, learning_rate, momentum):
    parameters = [*copy.deepcopy(student).parameters(), *loss.parameters()]
    return torch.optim.SGD(parameters, lr=learning_rate, momentum=momentum)
