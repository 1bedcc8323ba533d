"""Replaces the numbers of each column by their ranks (equal ones share one), and compares these.
"""
import numpy as np
import torch
from torch import Tensor


def non_dominated(points: Tensor, directions: list[str]) -> Tensor:
    data = points.numpy()
    if len(directions) != data.shape[1] or any(d not in ["min", "max"] for d in directions):
        raise ValueError("words")
    if data.dtype.kind == "f" and np.isnan(data).any():
        raise ValueError("NaN")
    ranks = np.empty(data.shape, dtype=np.int64)
    for j, word in enumerate(directions):
        _, inverse = np.unique(data[:, j], return_inverse=True)
        ranks[:, j] = inverse.reshape(-1) * (1 if word == "min" else -1)
    out = np.ones(len(data), dtype=bool)
    for i, row in enumerate(ranks):
        out[i] = not ((ranks <= row).all(1) & (ranks < row).any(1)).any()
    return torch.from_numpy(out)
