"""Plain lists of Python floats and math.fsum, with functools.reduce over the other tasks; tensors only at both ends."""

import math
from functools import reduce

import torch
from torch import Tensor


def project_conflicts(gradients: list[dict[str, Tensor]]) -> list[dict[str, Tensor]]:
    names = list(gradients[0])
    rows = [[v for n in names for v in task[n].reshape(-1).tolist()] for task in gradients]

    def meet(row, other):
        top, length = (max(map(abs, r), default=0.0) for r in (row, other))
        if not top or not length:
            return row
        a, b = [v / top for v in row], [v / length for v in other]
        product = math.fsum(map(float.__mul__, a, b))
        if product >= 0:
            return row
        part = product / math.fsum(v * v for v in b)
        return [(p - part * q) * top for p, q in zip(a, b)]

    results = []
    for i, task in enumerate(gradients):
        left = iter(reduce(meet, rows[:i] + rows[i + 1 :], rows[i]))
        new = {}
        for n in names:
            values = [next(left) for _ in range(task[n].numel())]
            new[n] = torch.tensor(values, dtype=task[n].dtype).reshape(task[n].shape)
        results.append(new)
    return results
