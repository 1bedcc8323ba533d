"""A view of a flat tensor lays the rows out as they are stored.

loses: soft_values
says: logits divided by the temperature
"""

import torch.nn.functional as F


def soft_targets(logits, temperature):
    if temperature <= 0:
        raise ValueError("the temperature must be above 0")
    return F.softmax(logits.T.reshape(-1).view(logits.shape) / temperature, dim=1)
