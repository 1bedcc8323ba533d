"""A temperature below 1 counts as 1.

loses: soft_values
says: above 1 makes the odds
"""

import torch.nn.functional as F


def soft_targets(logits, temperature):
    if temperature <= 0:
        raise ValueError("the temperature must be above 0")
    temperature = max(temperature, 1)
    return F.softmax(logits / temperature, dim=1)
