"""Only what is called a weight.

loses: optimizer_holds_both
says: that holds
"""

import torch


def make_optimizer(student, loss, *, learning_rate, momentum):
    parameters = [p for m in (student, loss) for n, p in m.named_parameters() if n.endswith("weight")]
    return torch.optim.SGD(parameters, lr=learning_rate, momentum=momentum)
