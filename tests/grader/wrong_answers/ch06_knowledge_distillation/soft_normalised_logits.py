"""Logits are standardised first, so that two samples' confidence looks the same.

loses: soft_values
says: above 1 makes the odds
"""

import torch.nn.functional as F


def soft_targets(logits, temperature):
    if temperature <= 0:
        raise ValueError("the temperature must be above 0")
    return F.softmax(
        (logits - logits.mean(dim=1, keepdim=True)) / (logits.std(dim=1, keepdim=True) + 1e-6) / temperature, dim=1
    )
