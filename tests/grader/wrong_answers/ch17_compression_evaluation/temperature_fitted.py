"""A temperature is fitted instead of chosen.

loses: temperature_choice
says: logits are divided by T, and the lowest mean
"""

import math

import torch.nn.functional as F


def best_temperature(logits, labels, temperatures):
    if len(labels) == 0 or not temperatures or any(not t > 0 for t in temperatures):
        raise ValueError("nothing")
    z, low, high = logits.double(), math.log(1e-2), math.log(1e2)
    for _ in range(60):
        a, b = low + (high - low) / 3, high - (high - low) / 3
        if F.cross_entropy(z / math.exp(a), labels) < F.cross_entropy(z / math.exp(b), labels):
            high = b
        else:
            low = a
    t = math.exp(low)
    return t, float(F.cross_entropy(z / t, labels))
