"""The most probable class alone gets a probability.

loses: soft_values
says: above 1 makes the odds
"""

import torch.nn.functional as F


def soft_targets(logits, temperature):
    if temperature <= 0:
        raise ValueError("the temperature must be above 0")
    return F.one_hot((logits / temperature).argmax(dim=1), logits.shape[1]).to(logits.dtype)
