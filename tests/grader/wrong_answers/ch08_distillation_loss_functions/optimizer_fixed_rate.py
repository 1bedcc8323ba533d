"""A learning rate of 0.1, whatever was asked.

loses: optimizer_holds_both
says: the learning rate given
"""

import torch


def make_optimizer(student, loss, *, learning_rate, momentum):
    parameters = [*student.parameters(), *loss.parameters()]
    return torch.optim.SGD(parameters, lr=0.1, momentum=momentum)
