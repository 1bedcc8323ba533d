"""NumPy: searchsorted finds the bins, bincount counts them."""

import numpy as np
from torch import Tensor


def stability_index(reference: Tensor, live: Tensor, edges: list[float]) -> float:
    inner = np.array(edges, dtype=np.float64)
    if inner.size == 0 or not np.all(np.diff(inner) > 0):
        raise ValueError("edges: at least one, in ascending order")
    samples = [np.asarray(t.detach().cpu(), dtype=np.float64) for t in (reference, live)]
    if any(s.size == 0 or np.isnan(s).any() for s in samples):
        raise ValueError("values: at least one, and no NaN")
    size = inner.size + 1
    table = np.stack(
        [
            np.bincount(np.searchsorted(inner, s, side="right"), minlength=size)
            for s in samples
        ]
    )
    table = (table + 0.5) / (table.sum(axis=1, keepdims=True) + 0.5 * size)
    e, a = table
    return np.dot(a - e, np.log(a / e))
