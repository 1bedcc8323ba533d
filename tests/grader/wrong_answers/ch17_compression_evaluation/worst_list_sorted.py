"""The caller's list is sorted.

loses: worst_choice
says: argument 1
"""

import math


def worst_group(correct, groups, minimum=1, z=1.96):
    if len(correct) != len(groups):
        raise ValueError("lengths")
    answers = {}
    for right, group in zip(correct.tolist(), groups, strict=True):
        answers.setdefault(group, []).append(right)
    worst = None
    for group, rights in answers.items():
        n, p = len(rights), sum(rights) / len(rights)
        if n < minimum:
            continue
        if worst is None or (p, -n) < (worst["accuracy"], -worst["n"]):
            centre = (p + z * z / (2 * n)) / (1 + z * z / n)
            half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
            low, high = centre - half, centre + half
            worst = {"group": group, "n": n, "accuracy": p, "low": low, "high": high}
    groups.sort()
    return worst
