"""Mends the worst conflict only.

loses: project_several
says: what is left
"""


def product(one, other):
    return sum(float((one[name] * g).sum()) for name, g in other.items())


def project_conflicts(gradients):
    projected = []
    for i, mine in enumerate(gradients):
        left = {name: g.clone() for name, g in mine.items()}
        others = [g for j, g in enumerate(gradients) if j != i]
        if others:
            worst = min(others, key=lambda other: product(mine, other))
            if product(mine, worst) < 0:
                share = product(mine, worst) / product(worst, worst)
                left = {name: g - share * worst[name] for name, g in left.items()}
        projected.append(left)
    return projected
