"""Names that differ in their case alone become one.

loses: worst_choice
says: an id is only a name, and another spelling another name
"""

import math


def worst_group(correct, groups, minimum=1, z=1.96):
    answers = {}
    for right, group in zip(correct.tolist(), [g.casefold() if isinstance(g, str) else g for g in groups], strict=True):
        answers.setdefault(group, []).append(right)
    found = [(sum(each) / len(each), -len(each)) for each in answers.values()]
    left = [i for i, (_, size) in enumerate(found) if -size >= minimum]
    if not left:
        return None
    place = min(left, key=lambda i: found[i])
    p, n = found[place][0], -found[place][1]
    centre, whole = p + z**2 / (2 * n), 1 + z**2 / n
    half = z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    group = list(answers)[place]
    return {"group": group, "n": n, "accuracy": p, "low": (centre - half) / whole, "high": (centre + half) / whole}
