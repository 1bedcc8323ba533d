"""The loss is frozen, as a teacher should be.

loses: optimizer_holds_both
says: requires_grad
"""

import torch


def make_optimizer(student, loss, *, learning_rate, momentum):
    loss.requires_grad_(False)
    parameters = [*student.parameters(), *loss.parameters()]
    return torch.optim.SGD(parameters, lr=learning_rate, momentum=momentum)
