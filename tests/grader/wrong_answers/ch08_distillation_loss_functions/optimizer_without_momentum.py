"""No momentum.

loses: optimizer_holds_both
says: momentum as given
"""

import torch


def make_optimizer(student, loss, *, learning_rate, momentum):
    parameters = [*student.parameters(), *loss.parameters()]
    return torch.optim.SGD(parameters, lr=learning_rate)
