"""Both samples are cast to float32 first: a float64 value just below an edge is rounded onto it.

Text: "(M,) float32 or float64" and "Values and edges are compared in float64."
Input: `stability_index(torch.tensor([1 - 1e-12], dtype=torch.float64), torch.tensor([1.0]), [1.0])` -> promised 1.0986122886681098, actual 0.0
"""

import math
from bisect import bisect_right

from torch import Tensor


def stability_index(reference: Tensor, live: Tensor, edges: list[float]) -> float:
    old, new = reference.float().tolist(), live.float().tolist()
    if not old or not new or not edges:
        raise ValueError("nothing to compare")
    if any(map(math.isnan, old + new)):
        raise ValueError("NaN")
    for left, right in zip(edges, edges[1:]):
        if not left < right:
            raise ValueError("edges ascend")
    bins = len(edges) + 1
    e, a = [0.5] * bins, [0.5] * bins
    for value in old:
        e[bisect_right(edges, value)] += 1
    for value in new:
        a[bisect_right(edges, value)] += 1
    e = [count / (len(old) + 0.5 * bins) for count in e]
    a = [count / (len(new) + 0.5 * bins) for count in a]
    return sum((y - x) * math.log(y / x) for x, y in zip(e, a))
