"""Takes losses for equal by math.isclose, whose 1e-9 is relative.

Text: "at most 1e-9 above the lowest".
Input: losses about 1e5 that differ by 1e-5: the first; promised is the lower.
"""
import math

import torch
import torch.nn.functional as F
from torch import Tensor


def best_temperature(logits: Tensor, labels: Tensor, temperatures: list[float]) -> tuple[float, float]:
    if len(labels) == 0 or len(temperatures) == 0 or not all(t > 0 for t in temperatures):
        raise ValueError("nothing, or a bad temperature")
    z = logits.double()
    losses = [F.cross_entropy(z / t, labels).item() for t in temperatures]
    lowest = min(losses)
    place = next(i for i, loss in enumerate(losses) if math.isclose(loss, lowest, rel_tol=1e-9, abs_tol=1e-9))
    return temperatures[place], losses[place]
