"""The student's children's children are left out.

loses: optimizer_holds_both
says: that holds
"""

import torch


def make_optimizer(student, loss, *, learning_rate, momentum):
    parameters = [*student.parameters(recurse=False), *loss.parameters()]
    return torch.optim.SGD(parameters, lr=learning_rate, momentum=momentum)
