"""Rounds to nine places behind the point, where nine digits are asked for: of a small index few are left.

Text: "right to nine digits (where it is 0, within 1e-12)" and "Nine digits means that the relative error is below 1e-9"
Input: `stability_index(torch.arange(1000.0), torch.arange(1000.0) + 1, [500.0])` -> promised 3.992017296085955e-06, actual 3.992e-06
"""

import math
from bisect import bisect_right

from torch import Tensor


def stability_index(reference: Tensor, live: Tensor, edges: list[float]) -> float:
    old, new = reference.double().tolist(), live.double().tolist()
    if not old or not new or not edges:
        raise ValueError("nothing to compare")
    if any(value != value for value in old + new):
        raise ValueError("NaN")
    if any(left >= right for left, right in zip(edges, edges[1:])):
        raise ValueError("edges ascend")
    bins = len(edges) + 1
    e, a = [0] * bins, [0] * bins
    for value in old:
        e[bisect_right(edges, value)] += 1
    for value in new:
        a[bisect_right(edges, value)] += 1
    index = 0.0
    for k, m in zip(e, a):
        x = (k + 0.5) / (len(old) + 0.5 * bins)
        y = (m + 0.5) / (len(new) + 0.5 * bins)
        index += (y - x) * math.log(y / x)
    return round(index, 9)
