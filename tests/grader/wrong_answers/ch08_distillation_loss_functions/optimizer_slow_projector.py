"""The projector learns at a tenth of the rate.

loses: optimizer_holds_both
says: the learning rate given
"""

import torch


def make_optimizer(student, loss, *, learning_rate, momentum):
    parameters = [
        {"params": student.parameters()},
        {"params": loss.parameters(), "lr": learning_rate / 10},
    ]
    return torch.optim.SGD(parameters, lr=learning_rate, momentum=momentum)
