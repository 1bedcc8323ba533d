"""Two optimizers, one for each.

loses: optimizer_holds_both
says: an optimizer
"""

import torch


def make_optimizer(student, loss, *, learning_rate, momentum):
    return [torch.optim.SGD(m.parameters(), lr=learning_rate, momentum=momentum) for m in (student, loss)]
