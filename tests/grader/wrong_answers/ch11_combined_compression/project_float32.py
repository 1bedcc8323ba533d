"""Gives float32.

loses: project_two
says: from: project_conflicts(
"""


def project_conflicts(gradients):
    projected = []
    for i, mine in enumerate(gradients):
        left = {name: g.clone() for name, g in mine.items()}
        for j, other in enumerate(gradients):
            product = sum(float((left[name] * g).sum()) for name, g in other.items())
            if i != j and product < 0:
                square = sum(float((g * g).sum()) for g in other.values())
                left = {name: g - product / square * other[name] for name, g in left.items()}
        projected.append({name: g.float() for name, g in left.items()})
    return projected
