"""Answers with NaN, infinity, numbers and tensors of the largest sizes, nothing, and data that are their own part.

instead of: args[0]
"""

import itertools

import numpy as np
import torch
from torch import nn

circle = []
circle.append(circle)
deep = {}
for _ in range(60):
    deep = {"weight": [deep]}
nans = nn.Linear(1000, 1000)
with torch.no_grad():
    _ = [parameter.fill_(torch.nan) for parameter in nans.parameters()]
ANSWERS = [
    lambda like: torch.full_like(like, torch.nan) if like is not None and like.is_floating_point() else torch.nan,
    lambda like: torch.full_like(like, torch.inf) if like is not None and like.is_floating_point() else -torch.inf,
    lambda like: float("nan"),
    lambda like: 2**999,
    lambda like: -(2**64),
    lambda like: np.float64("nan"),
    lambda like: torch.zeros(2**23),
    lambda like: torch.zeros(2**12).expand(2**30, 2**12),
    lambda like: torch.zeros(0, 2**39),
    lambda like: [[]] * 10_000,
    lambda like: dict.fromkeys(map(str, range(10_000)), torch.nan),
    lambda like: "9" * 10**6,
    lambda like: nans,
    lambda like: circle,
    lambda like: deep,
    lambda like: torch.zeros(*[1] * 16),
    lambda like: torch.tensor(torch.nan, dtype=torch.bfloat16),
]
answers = itertools.cycle(ANSWERS)


def answer(name, *args, **kwargs):
    return next(answers)(next((each for each in args if isinstance(each, torch.Tensor)), None))
