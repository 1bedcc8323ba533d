"""Copies of the parameters.

loses: optimizer_holds_both
says: that holds
"""

import torch


def make_optimizer(student, loss, *, learning_rate, momentum):
    parameters = [p.clone().detach().requires_grad_() for m in (student, loss) for p in m.parameters()]
    return torch.optim.SGD(parameters, lr=learning_rate, momentum=momentum)
