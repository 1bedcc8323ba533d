"""Biases are left out.

loses: optimizer_holds_both
says: that holds
"""

import torch


def make_optimizer(student, loss, *, learning_rate, momentum):
    parameters = [p for m in (student, loss) for p in m.parameters() if p.ndim > 1]
    return torch.optim.SGD(parameters, lr=learning_rate, momentum=momentum)
