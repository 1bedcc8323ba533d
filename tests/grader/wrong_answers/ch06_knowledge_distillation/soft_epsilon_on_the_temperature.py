"""A small number is added to the temperature against division by zero.

loses: soft_limits
says: zero
"""

import torch.nn.functional as F


def soft_targets(logits, temperature):
    return F.softmax(logits / (temperature + 1e-12), dim=1)
