"""Compares accuracies as float32 numbers.

Text: "Accuracies differ however close they are: compare them in float64."
Input: 9,999 right of 10,000 ("a") and 10,000 right of 10,001 ("b"), and so on with larger groups: equal in float32, b chosen for its size; promised is a.
"""
import torch

import math

from torch import Tensor


def worst_group(correct: Tensor, groups: list, minimum: int = 1, z: float = 1.96) -> dict | None:
    if len(correct) != len(groups):
        raise ValueError("lengths")
    answers = {}
    for group, right in zip(groups, correct.tolist()):
        answers.setdefault(group, []).append(right)
    large = [group for group, each in answers.items() if len(each) >= minimum]
    if not large:
        return None
    worst = min(large, key=lambda g: (torch.tensor(answers[g]).float().mean().item(), -len(answers[g])))
    n = len(answers[worst])
    p = sum(answers[worst]) / n
    centre = p + z**2 / (2 * n)
    reach = z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    scale = 1 + z**2 / n
    return {"group": worst, "n": n, "accuracy": p, "low": (centre - reach) / scale, "high": (centre + reach) / scale}
