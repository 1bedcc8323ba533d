"""Divides the caller's logits in place.

loses: soft_values
says: leave the logits
"""

import torch.nn.functional as F


def soft_targets(logits, temperature):
    if temperature <= 0:
        raise ValueError("the temperature must be above 0")
    return F.softmax(logits.div_(temperature), dim=1)
