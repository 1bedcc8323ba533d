"""Takes p plus and minus z standard errors.

Text: Wilson's formula; "the ends of the interval by the formula above".
Input: any.
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
    worst = min(large, key=lambda g: (sum(answers[g]) / len(answers[g]), -len(answers[g])))
    n = len(answers[worst])
    p = sum(answers[worst]) / n
    centre, reach, scale = p, z * math.sqrt(p * (1 - p) / n), 1
    return {"group": worst, "n": n, "accuracy": p, "low": (centre - reach) / scale, "high": (centre + reach) / scale}
