"""Brings all to length one.

loses: project_two
says: where the product is not negative
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
        projected.append(left)
    sizes = [sum(float((g * g).sum()) for g in each.values()) ** 0.5 or 1.0 for each in gradients]
    return [{name: g / size for name, g in each.items()} for each, size in zip(projected, sizes, strict=False)]
