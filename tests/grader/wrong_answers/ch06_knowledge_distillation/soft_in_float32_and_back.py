"""Computed in float32, and given back in the dtype that came in.

loses: soft_values
says: in all of its digits
"""

import torch.nn.functional as F


def soft_targets(logits, temperature):
    if temperature <= 0:
        raise ValueError("the temperature must be above 0")
    return F.softmax(logits.float() / temperature, dim=1).to(logits.dtype)
