"""The magnitude of -128 isn't in int8: abs() gives -128 again, which then counts as the smallest.

Text: "Which weights stay in n:m sparsity: the n of largest magnitude of every m."
Input: `mask(torch.tensor([[-128, 1, 2, 3]], dtype=torch.int8)).tolist()` -> promised [[True, False, False, True]], actual [[False, False, True, True]]
"""

import torch
from torch import Tensor


def mask(weight: Tensor, n: int = 2, m: int = 4) -> Tensor:
    if weight.ndim < 2:
        raise ValueError("out and in")
    if m < 1 or not 0 <= n <= m or weight.shape[1] % m != 0:
        raise ValueError("n and m")
    if weight.is_floating_point() and weight.isnan().any():
        raise ValueError("NaN")
    moved = weight.movedim(1, -1)
    runs = moved.reshape(*moved.shape[:-1], moved.shape[-1] // m, m)
    order = torch.argsort(runs.abs(), dim=-1, descending=True, stable=True)
    kept = torch.zeros(runs.shape, dtype=torch.bool)
    kept.scatter_(-1, order[..., :n], True)
    return kept.reshape(moved.shape).movedim(-1, 1)
