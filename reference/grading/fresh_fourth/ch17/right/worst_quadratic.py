"""The ends of the interval as roots of (x - p)^2 = z^2 x(1 - x) / n; a loop for the choice.
"""
import torch
from torch import Tensor


def worst_group(correct: Tensor, groups: list, minimum: int = 1, z: float = 1.96) -> dict | None:
    if len(groups) != correct.shape[0]:
        raise ValueError
    numbers = {}
    code = torch.tensor([numbers.setdefault(g, len(numbers)) for g in groups], dtype=torch.int64)
    size = torch.bincount(code, minlength=len(numbers))
    hits = torch.bincount(code[correct], minlength=len(numbers))
    worst = None
    for name, i in numbers.items():
        n, r = int(size[i]), int(hits[i])
        if n < minimum:
            continue
        if worst is None or r / n < worst[2] or (r / n == worst[2] and n > worst[1]):
            worst = name, n, r / n
    if worst is None:
        return None
    name, n, p = worst
    w = z**2 / n
    a, b = 1 + w, -(2 * p + w)
    root = (w * (4 * p * (1 - p) + w)) ** 0.5  # of b^2 - 4 a p^2, multiplied out
    return {"group": name, "n": n, "accuracy": p, "low": (-b - root) / (2 * a), "high": (-b + root) / (2 * a)}
