"""Decides and projects for each parameter by itself.

loses: project_whole
says: one product over all parameters
"""


def project_conflicts(gradients):
    projected = []
    for i, mine in enumerate(gradients):
        left = {name: g.clone() for name, g in mine.items()}
        for j, other in enumerate(gradients):
            for name, g in other.items():
                product = float((left[name] * g).sum())
                if i != j and product < 0:
                    left[name] = left[name] - product / float((g * g).sum()) * g
        projected.append(left)
    return projected
