"""Leaves bins out of the sum that are empty in both: with unlike numbers of values, their shares differ all the same.

Text: "half a value is added to each bin" and the sum over all B bins
Input: `stability_index(torch.tensor([0.5]), torch.tensor([0.5, 0.5, 0.5]), [0.0])` -> promised 0.10591223254840043, actual 0.019268834978407295
"""

import math

import torch
from torch import Tensor


def stability_index(reference: Tensor, live: Tensor, edges: list[float]) -> float:
    if reference.numel() == 0 or live.numel() == 0:
        raise ValueError("no values")
    if torch.isnan(reference).any() or torch.isnan(live).any():
        raise ValueError("NaN")
    if len(edges) == 0 or any(b <= a for a, b in zip(edges[:-1], edges[1:])):
        raise ValueError("edges")
    cuts = torch.tensor(edges, dtype=torch.float64)
    bins = len(edges) + 1
    counts = [
        torch.bincount(
            torch.bucketize(values.double(), cuts, right=True), minlength=bins
        ).tolist()
        for values in (reference, live)
    ]
    total = 0.0
    for k, m in zip(*counts):
        if k == 0 and m == 0:
            continue
        e = (k + 0.5) / (len(reference) + 0.5 * bins)
        a = (m + 0.5) / (len(live) + 0.5 * bins)
        total += (a - e) * math.log(a / e)
    return total
