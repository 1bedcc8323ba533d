"""NumPy, and a loop over rows and groups."""
import numpy as np
import torch
from torch import Tensor


def quantize_by_group(weight: Tensor, *, bits: int, group_size: int) -> tuple[Tensor, Tensor, Tensor]:
    w = weight.detach().numpy().astype(np.float64)
    rows, width = w.shape
    starts = range(0, width, group_size)
    q = np.zeros((rows, width), dtype=np.int32)
    scales = np.ones((rows, len(starts)))
    zeros = np.zeros((rows, len(starts)), dtype=np.int32)
    for r in range(rows):
        for g, start in enumerate(starts):
            part = w[r, start : start + group_size]
            low, high = min(0.0, part.min()), max(0.0, part.max())
            if high == low:
                continue
            scales[r, g] = s = (high - low) / (2**bits - 1)
            zeros[r, g] = z = -int(np.rint(low / s))
            q[r, start : start + group_size] = np.clip(np.rint(part / s) + z, 0, 2**bits - 1)
    return torch.from_numpy(q), torch.from_numpy(scales).to(weight.dtype), torch.from_numpy(zeros)
