"""Changes what came in.

loses: project_two
says: what it has along the other
"""


def project_conflicts(gradients):
    projected = []
    for i, mine in enumerate(gradients):
        left = mine
        for j, other in enumerate(gradients):
            product = sum(float((left[name] * g).sum()) for name, g in other.items())
            if i != j and product < 0:
                square = sum(float((g * g).sum()) for g in other.values())
                for name, g in mine.items():
                    g -= product / square * other[name]
                left = mine
        projected.append(left)
    return projected
