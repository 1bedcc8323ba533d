"""Linear layers alone: batch-norm is left out.

loses: optimizer_holds_both
says: that holds
"""

import torch


def make_optimizer(student, loss, *, learning_rate, momentum):
    parameters = [
        p
        for m in (student, loss)
        for layer in m.modules()
        if isinstance(layer, torch.nn.Linear)
        for p in layer.parameters()
    ]
    return torch.optim.SGD(parameters, lr=learning_rate, momentum=momentum)
