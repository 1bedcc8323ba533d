"""A learning rate of at most 0.1.

loses: optimizer_holds_both
says: the learning rate given
"""

import torch


def make_optimizer(student, loss, *, learning_rate, momentum):
    parameters = [*student.parameters(), *loss.parameters()]
    return torch.optim.SGD(parameters, lr=min(learning_rate, 0.1), momentum=momentum)
