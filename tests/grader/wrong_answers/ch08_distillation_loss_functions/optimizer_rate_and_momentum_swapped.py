"""Rate and momentum are swapped.

loses: optimizer_holds_both
says: the learning rate given
"""

import torch


def make_optimizer(student, loss, *, learning_rate, momentum):
    parameters = [*student.parameters(), *loss.parameters()]
    return torch.optim.SGD(parameters, lr=momentum or learning_rate, momentum=learning_rate)
