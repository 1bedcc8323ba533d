"""NumPy, from the other side: everything stays but the lowest scores of a stable sort."""
import numpy as np
import torch
from torch import Tensor


def top_v_mask(scores: Tensor, keep: float) -> Tensor:
    if not 0 <= keep <= 1:
        raise ValueError("keep")
    values = scores.detach().numpy()
    mask = np.ones(values.size, dtype=bool)
    lowest_first = np.argsort(values, axis=None, kind="stable")
    mask[lowest_first[: values.size - int(np.floor(keep * values.size + 0.5))]] = False
    return torch.from_numpy(mask).reshape(scores.shape)
