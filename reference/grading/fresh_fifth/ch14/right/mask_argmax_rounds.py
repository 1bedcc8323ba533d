"""n rounds in NumPy: each takes the first largest of every run and sets it to -1, below all magnitudes.

np.argmax gives the first of equals, and magnitudes are in float64, which holds all five dtypes exactly."""

import numpy as np
import torch
from torch import Tensor


def mask(weight: Tensor, n: int = 2, m: int = 4) -> Tensor:
    if weight.dim() < 2:
        raise ValueError("dimensions")
    if not (m >= 1 and 0 <= n <= m):
        raise ValueError("n and m")
    if weight.shape[1] % m:
        raise ValueError("multiple")
    left = np.abs(weight.detach().cpu().double().numpy())
    if np.isnan(left).any():
        raise ValueError("NaN")
    left = np.moveaxis(left, 1, -1)
    shape = left.shape
    left = left.reshape(left.size // m, m).copy()
    stays = np.zeros(left.shape, dtype=bool)
    rows = np.arange(len(left))
    for _ in range(n):
        first = left.argmax(axis=1)
        stays[rows, first] = True
        left[rows, first] = -1.0
    stays = np.moveaxis(stays.reshape(shape), -1, 1)
    return torch.from_numpy(np.ascontiguousarray(stays)).to(weight.device)
