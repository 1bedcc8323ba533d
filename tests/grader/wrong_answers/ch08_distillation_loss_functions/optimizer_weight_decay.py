"""Weight decay.

loses: optimizer_holds_both
says: nothing else
"""

import torch


def make_optimizer(student, loss, *, learning_rate, momentum):
    parameters = [*student.parameters(), *loss.parameters()]
    return torch.optim.SGD(parameters, lr=learning_rate, momentum=momentum, weight_decay=1e-4)
