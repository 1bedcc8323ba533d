"""The temperature is cut to a whole number.

loses: soft_values
says: logits divided by the temperature
"""

import torch.nn.functional as F


def soft_targets(logits, temperature):
    if temperature <= 0:
        raise ValueError("the temperature must be above 0")
    temperature = int(temperature) or 1
    return F.softmax(logits / temperature, dim=1)
