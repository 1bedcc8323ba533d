"""AdamW.

loses: optimizer_holds_both
says: SGD was asked for
"""

import torch


def make_optimizer(student, loss, *, learning_rate, momentum):
    parameters = [*student.parameters(), *loss.parameters()]
    return torch.optim.AdamW(parameters, lr=learning_rate)
