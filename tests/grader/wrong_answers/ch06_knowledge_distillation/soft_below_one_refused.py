"""Temperatures below 1 are taken for a mistake.

loses: soft_values
says: an answer
"""

import torch.nn.functional as F


def soft_targets(logits, temperature):
    if temperature < 1:
        raise ValueError("the temperature must be above 0")
    return F.softmax(logits / temperature, dim=1)
