"""Unusual but correct: the rank of each score by sorting twice, in NumPy; a rank below the count is kept."""
import numpy as np
import torch
from torch import Tensor


def top_v_mask(scores: Tensor, keep: float) -> Tensor:
    if keep < 0.0 or keep > 1.0:
        raise ValueError("keep must lie between 0 and 1")
    array = scores.detach().cpu().numpy()
    lowest_first = np.argsort(array, axis=None, kind="stable")
    ranks = np.empty(array.size, dtype=np.int64)
    ranks[lowest_first] = np.arange(array.size)[::-1]
    count = int(np.rint(keep * array.size))
    return torch.as_tensor((ranks < count).reshape(array.shape))
