"""The loss is set to evaluation mode.

loses: optimizer_holds_both
says: evaluation mode
"""

import torch


def make_optimizer(student, loss, *, learning_rate, momentum):
    loss.eval()
    parameters = [*student.parameters(), *loss.parameters()]
    return torch.optim.SGD(parameters, lr=learning_rate, momentum=momentum)
