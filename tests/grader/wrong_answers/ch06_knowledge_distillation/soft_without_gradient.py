"""Computed without gradients.

loses: soft_values
says: is the graph cut
"""

import torch
import torch.nn.functional as F


def soft_targets(logits, temperature):
    if temperature <= 0:
        raise ValueError("the temperature must be above 0")
    with torch.no_grad():
        return F.softmax(logits / temperature, dim=1)
