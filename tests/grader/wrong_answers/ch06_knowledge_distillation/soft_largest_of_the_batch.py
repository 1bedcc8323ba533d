"""The largest logit of the whole batch is subtracted: other rows underflow.

loses: soft_limits
says: underflow
"""

import torch


def soft_targets(logits, temperature):
    if temperature <= 0:
        raise ValueError("the temperature must be above 0")
    powers = torch.exp((logits - logits.max()) / temperature)
    return powers / powers.sum(dim=1, keepdim=True)
