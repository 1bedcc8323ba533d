"""NumPy in float64; the largest logit is subtracted before the division by the temperature, and weights are taken relative to their largest."""
import numpy as np
import torch
from torch import Tensor


def mean_of_teachers(logits: list[Tensor], weights: list[float], temperature: float) -> Tensor:
    shares = np.asarray(weights, dtype=np.float64)
    if shares.size != len(logits) or (shares < 0).any() or not (shares > 0).any():
        raise ValueError("one weight from 0 for each teacher, not all 0")
    shares = shares / shares.max()
    shares = shares / shares.sum()
    stack = np.stack([each.detach().numpy().astype(np.float64) for each in logits])
    stack = stack - stack.max(axis=2, keepdims=True)
    with np.errstate(over="ignore"):
        powers = np.exp(stack / temperature)
    probabilities = powers / powers.sum(axis=2, keepdims=True)
    return torch.from_numpy(np.tensordot(shares, probabilities, axes=1)).to(logits[0].dtype)
