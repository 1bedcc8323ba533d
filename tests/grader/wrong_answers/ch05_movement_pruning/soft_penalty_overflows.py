"""exp(S) overflows at 89: the penalty is nan.

loses: soft_penalty_value
says: does an exponential overflow
"""

import torch


def soft_penalty(*layers):
    return torch.cat([(s.exp() / (1 + s.exp())).flatten() for s in layers]).mean()
