"""All five, short.
"""
import math

import torch
from torch import Tensor


def churn(original: Tensor, compressed: Tensor, labels: Tensor) -> dict[str, float]:
    if len({original.shape, compressed.shape, labels.shape}) != 1 or labels.numel() == 0:
        raise ValueError
    a, b, y = original.long(), compressed.long(), labels.long()
    counts = {"fixed": (b == y) & (a != b), "broken": (a == y) & (a != b), "changed": a != b}
    return {k: v.sum().item() for k, v in counts.items()} | {"agreement": (a == b).double().mean()}


def expected_calibration_error(confidences: Tensor, correct: Tensor, bins: int = 15) -> float:
    c = confidences.double()
    if c.shape != correct.shape or len(c) == 0 or not bool(((c - 0.5).abs() <= 0.5).all()):
        raise ValueError
    if bool((c < 0).any()) or bool((c > 1).any()):
        raise ValueError
    place = (c * bins).ceil().clamp(min=1).long() - 1
    return torch.zeros(bins).double().scatter_add(0, place, correct.double() - c).abs().sum() / len(c)


def best_temperature(logits: Tensor, labels: Tensor, temperatures: list[float]) -> tuple[float, float]:
    if not len(labels) or not temperatures or not all(t > 0 for t in temperatures):
        raise ValueError
    found = []
    for t in temperatures:
        logs = torch.log_softmax(logits.double().div(t), dim=1)
        found.append(-logs.take_along_dim(labels[:, None], 1).mean().item())
    i = [loss <= min(found) + 1e-9 for loss in found].index(True)
    return temperatures[i], found[i]


def mcnemar_p_value(fixed: int, broken: int) -> float:
    if fixed < 0 or broken < 0:
        raise ValueError
    if fixed == broken:
        return 1
    n = fixed + broken
    return min(1, sum(math.comb(n, i) for i in range(n + 1) if abs(2 * i - n) >= abs(fixed - broken)) / (1 << n))


def worst_group(correct: Tensor, groups: list, minimum: int = 1, z: float = 1.96) -> dict | None:
    if len(correct) != len(groups):
        raise ValueError
    table = {}
    for g, right in zip(groups, correct.tolist()):
        n, r = table.get(g, (0, 0))
        table[g] = n + 1, r + int(right)
    keys = {g: (r / n, -n) for g, (n, r) in table.items() if n >= minimum}
    if not keys:
        return None
    g = min(keys, key=keys.get)
    n, r = table[g]
    s = r * (n - r) / n + z * z / 4
    ends = [(r + z * z / 2 + sign * z * math.sqrt(s)) / (n + z * z) for sign in (-1, 1)]
    return {"group": g, "n": n, "accuracy": r / n, "low": ends[0], "high": ends[1]}
