"""Plain Python: loops over each output and place of the kernel, and sorts each run's places by a key."""

import itertools
import math

import torch
from torch import Tensor


def _winners(run, n):
    return sorted(range(len(run)), key=lambda i: (-abs(run[i]), i))[:n]


def mask(weight: Tensor, n: int = 2, m: int = 4) -> Tensor:
    if weight.ndim < 2:
        raise ValueError("fewer than two dimensions")
    if m < 1 or not 0 <= n <= m:
        raise ValueError("n or m out of range")
    inputs = weight.size(1)
    if inputs % m != 0:
        raise ValueError("inputs that are no multiple of m")
    flat = weight.detach().reshape(-1).tolist()  # row by row, whatever the layout
    if any(math.isnan(each) for each in flat):
        raise ValueError("NaN")
    inner = math.prod(weight.shape[2:])
    answer = [False] * len(flat)
    starts = range(0, inputs, m)
    for row, start, spot in itertools.product(range(weight.size(0)), starts, range(inner)):
        places = [(row * inputs + start + step) * inner + spot for step in range(m)]
        for winner in _winners([flat[place] for place in places], n):
            answer[places[winner]] = True
    return torch.tensor(answer, dtype=torch.bool).reshape(weight.shape).to(weight.device)
