"""Rounds the accuracies to four digits (a hundredth of a percent) before it compares them.

Text: "Accuracies differ however close they are".
Input: 5000 of 10,001 right against 1 of 2: the larger group in any case; with 5001 of 10,001 against 1 of 2 promised is the small one.
"""
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
    worst = min(large, key=lambda g: (round(sum(answers[g]) / len(answers[g]), 4), -len(answers[g])))
    n = len(answers[worst])
    p = sum(answers[worst]) / n
    centre = p + z**2 / (2 * n)
    reach = z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    scale = 1 + z**2 / n
    return {"group": worst, "n": n, "accuracy": p, "low": (centre - reach) / scale, "high": (centre + reach) / scale}
