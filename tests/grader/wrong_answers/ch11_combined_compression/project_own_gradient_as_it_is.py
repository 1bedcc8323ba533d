"""Without a conflict the very tensors that came in are given back.

loses: project_two
says: a new dict of new tensors
"""

from torch import Tensor


def project_conflicts(gradients: list[dict[str, Tensor]]) -> list[dict[str, Tensor]]:
    projected = []
    for i, mine in enumerate(gradients):
        left = dict(mine)
        for j, other in enumerate(gradients):
            product = sum(float((left[name] * g).sum()) for name, g in other.items())
            if i != j and product < 0:
                square = sum(float((g * g).sum()) for g in other.values())
                left = {name: g - product / square * other[name] for name, g in left.items()}
        projected.append(left)
    return projected
