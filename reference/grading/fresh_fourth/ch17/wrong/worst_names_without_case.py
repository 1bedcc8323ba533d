"""Takes "Night" and " night" for one group.

Text: "An id is only a name", "the id as it stands in the list".
Input: ["Night", "night"].
"""
import math

from torch import Tensor


def worst_group(correct: Tensor, groups: list, minimum: int = 1, z: float = 1.96) -> dict | None:
    if len(correct) != len(groups):
        raise ValueError("lengths")
    answers = {}
    for group, right in zip(groups, correct.tolist()):
        if isinstance(group, str):
            group = group.strip().lower()
        answers.setdefault(group, []).append(right)
    large = [group for group, each in answers.items() if len(each) >= minimum]
    if not large:
        return None
    worst = min(large, key=lambda g: (sum(answers[g]) / len(answers[g]), -len(answers[g])))
    n = len(answers[worst])
    p = sum(answers[worst]) / n
    centre = p + z**2 / (2 * n)
    reach = z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    scale = 1 + z**2 / n
    return {"group": worst, "n": n, "accuracy": p, "low": (centre - reach) / scale, "high": (centre + reach) / scale}
