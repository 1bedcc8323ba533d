"""Logits are clamped to plus and minus 50.

loses: soft_limits
says: is something clamped
"""

import torch.nn.functional as F


def soft_targets(logits, temperature):
    if temperature <= 0:
        raise ValueError("the temperature must be above 0")
    return F.softmax(logits.clamp(-50, 50) / temperature, dim=1)
