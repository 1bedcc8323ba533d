"""No sorting at all: a weight stays if fewer than n of its run beat it.

One beats another if it is larger, or as large and earlier. The pairs come from broadcasting."""

import torch
from torch import Tensor


def mask(weight: Tensor, n: int = 2, m: int = 4) -> Tensor:
    if weight.ndim < 2:
        raise ValueError("a weight has outputs and inputs")
    if m < 1 or n < 0 or n > m:
        raise ValueError(f"{n} of every {m}")
    out, inputs, *kernel = weight.shape
    if inputs % m:
        raise ValueError(f"{inputs} inputs don't divide into runs of {m}")
    size = weight.detach().to(torch.float64).abs()
    if bool((size != size).any()):
        raise ValueError("NaN")
    runs = size.reshape(out, inputs // m, m, *kernel)
    beaten = torch.zeros(runs.shape, dtype=torch.int64, device=runs.device)
    for place in range(m):
        rival = runs[:, :, place : place + 1]
        beaten[:, :, :place] += rival[:, :, :] > runs[:, :, :place]
        beaten[:, :, place + 1 :] += rival >= runs[:, :, place + 1 :]
    return (beaten < n).reshape(weight.shape)
