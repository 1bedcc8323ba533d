"""Sets the default dtype and leaves it so.

loses: soft_values
says: default dtype
"""

import torch
import torch.nn.functional as F


def soft_targets(logits, temperature):
    if temperature <= 0:
        raise ValueError("the temperature must be above 0")
    torch.set_default_dtype(torch.float64)
    return F.softmax(logits / temperature, dim=1)
