"""Takes the group whose interval begins lowest.

Text: "The interval and `z` have no part in the choice."
Input: 1 of 3 right against 8 of 20 right with z = 1.96, or 1 of 1 against 29 of 59 with z = 3.
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
    def low(group):
        n = len(answers[group])
        p = sum(answers[group]) / n
        return (p + z * z / (2 * n) - z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))) / (1 + z * z / n)

    worst = min(large, key=low)
    n = len(answers[worst])
    p = sum(answers[worst]) / n
    centre = p + z**2 / (2 * n)
    reach = z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    scale = 1 + z**2 / n
    return {"group": worst, "n": n, "accuracy": p, "low": (centre - reach) / scale, "high": (centre + reach) / scale}
