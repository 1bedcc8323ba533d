"""Weight decay on the projector.

loses: optimizer_holds_both
says: nothing else
"""

import torch


def make_optimizer(student, loss, *, learning_rate, momentum):
    parameters = [
        {"params": student.parameters()},
        {"params": loss.parameters(), "weight_decay": 1e-4},
    ]
    return torch.optim.SGD(parameters, lr=learning_rate, momentum=momentum)
