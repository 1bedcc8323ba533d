"""Clamps minus infinity to the smallest allowed logit: at a high temperature the class that is ruled out comes back.

Text: "exactly 0 for a class that is ruled out".
Input: logits [[0., -inf]], temperature 1e6 gives about [[0.5025, 0.4975]]; promised is [[1., 0.]].
"""
import torch
from torch import Tensor


def soft_targets(logits: Tensor, temperature: float) -> Tensor:
    if temperature <= 0:
        raise ValueError("temperature must be positive")
    safe = logits.clamp(min=-1e4)  # -inf is dangerous
    safe = safe - safe.amax(dim=1, keepdim=True).detach()
    return torch.softmax(safe / temperature, dim=1)
