"""Makes a NumPy array of the ids: with ints beyond 2**63 and negative ones that is float64, and ids that lie close together become one.

Text: "all of them ints (of any sign and size)"; "the id as it stands in the list".
Input: ids [2**63, -1, 2**63 + 1]: the group is a float.
"""
import math

import numpy as np
from torch import Tensor


def worst_group(correct: Tensor, groups: list, minimum: int = 1, z: float = 1.96) -> dict | None:
    if len(correct) != len(groups):
        raise ValueError("lengths")
    ids, right = np.array(groups), correct.numpy()
    best = None
    for name in dict.fromkeys(ids.tolist()):
        mine = right[ids == name]
        if mine.size < minimum:
            continue
        key = (mine.mean(), -mine.size)
        if best is None or key < best[0]:
            best = key, name
    if best is None:
        return None
    (p, size), name = best
    n, p = -int(size), float(p)
    root = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low, high = ((p + z * z / (2 * n) + sign * root) / (1 + z * z / n) for sign in (-1, 1))
    return {"group": name, "n": n, "accuracy": p, "low": low, "high": high}
