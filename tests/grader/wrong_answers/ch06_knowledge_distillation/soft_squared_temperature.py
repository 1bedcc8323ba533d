"""The logits are divided by the temperature's square.

loses: soft_values
says: above 1 makes the odds
"""

import torch.nn.functional as F


def soft_targets(logits, temperature):
    if temperature <= 0:
        raise ValueError("the temperature must be above 0")
    return F.softmax(logits / temperature**2, dim=1)
