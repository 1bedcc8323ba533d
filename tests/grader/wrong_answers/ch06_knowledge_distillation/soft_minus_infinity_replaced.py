"""Minus infinity is replaced by a zero.

loses: soft_limits
says: ruled out
"""

import torch
import torch.nn.functional as F


def soft_targets(logits, temperature):
    if temperature <= 0:
        raise ValueError("the temperature must be above 0")
    return F.softmax(torch.nan_to_num(logits, neginf=0.0) / temperature, dim=1)
