"""One sort, in float64: what comes before the cut is kept, and what comes after it is the tail."""
import math

import torch
from torch import Tensor


def keep_top(logits: Tensor, k: int) -> tuple[Tensor, Tensor, Tensor]:
    rows, number = logits.shape
    if k < 1 or number < k:
        raise ValueError(f"k = {k} isn't from 1 to {number}")
    wide = logits.double()
    ordered, order = torch.sort(wide, dim=1, descending=True)
    log_sum = torch.logsumexp(wide, dim=1)
    if k == number:
        tail = torch.full((rows,), -math.inf, dtype=torch.float64)
    else:
        tail = torch.logsumexp(ordered[:, k:], dim=1) - log_sum
    values = ordered[:, :k] - log_sum[:, None]
    return values.to(logits.dtype), order[:, :k].clone(), tail.to(logits.dtype)
