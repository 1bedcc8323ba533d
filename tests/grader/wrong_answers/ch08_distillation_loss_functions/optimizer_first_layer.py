"""The student's first parameters alone.

loses: optimizer_holds_both
says: that holds
"""

import torch


def make_optimizer(student, loss, *, learning_rate, momentum):
    parameters = [*list(student.parameters())[:2], *loss.parameters()]
    return torch.optim.SGD(parameters, lr=learning_rate, momentum=momentum)
