"""One product, but each parameter's own square.

loses: project_whole
says: one product over all parameters
"""


def project_conflicts(gradients):
    projected = []
    for i, mine in enumerate(gradients):
        left = {name: g.clone() for name, g in mine.items()}
        for j, other in enumerate(gradients):
            product = sum(float((left[name] * g).sum()) for name, g in other.items())
            if i != j and product < 0:
                left = {
                    name: g - product / max(float((other[name] * other[name]).sum()), 1e-30) * other[name]
                    for name, g in left.items()
                }
        projected.append(left)
    return projected
