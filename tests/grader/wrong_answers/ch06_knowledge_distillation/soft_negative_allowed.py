"""A negative temperature is not refused.

loses: soft_limits
says: turns the order round
"""

import torch.nn.functional as F


def soft_targets(logits, temperature):
    if temperature == 0:
        raise ValueError("the temperature must be above 0")
    return F.softmax(logits / temperature, dim=1)
