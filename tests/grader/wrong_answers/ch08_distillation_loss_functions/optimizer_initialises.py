"""The projector is set to zeros first.

loses: projector_moves
says: in a step the projector moves against
"""

import torch


def make_optimizer(student, loss, *, learning_rate, momentum):
    for p in loss.parameters():
        torch.nn.init.zeros_(p)
    parameters = [*student.parameters(), *loss.parameters()]
    return torch.optim.SGD(parameters, lr=learning_rate, momentum=momentum)
