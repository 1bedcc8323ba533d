"""Matches parameters by their places.

loses: project_whole
says: RuntimeError
"""


def project_conflicts(gradients):
    projected = []
    for i, mine in enumerate(gradients):
        left = [g.clone() for g in mine.values()]
        for j, other in enumerate(gradients):
            pairs = list(zip(left, other.values(), strict=False))
            product = sum(float(a.flatten() @ b.flatten()) for a, b in pairs)
            if i != j and product < 0:
                square = sum(float((b * b).sum()) for b in other.values())
                left = [a - product / square * b for a, b in pairs]
        projected.append(dict(zip(mine, left, strict=False)))
    return projected
