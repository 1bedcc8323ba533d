"""A small number is added to every probability.

loses: soft_limits
says: clamped, rounded or added
"""

import torch.nn.functional as F


def soft_targets(logits, temperature):
    if temperature <= 0:
        raise ValueError("the temperature must be above 0")
    return F.softmax(logits / temperature, dim=1) + 1e-12
