"""NumPy's histogram between the first and the last edge.

loses: psi_value
says: shares (count + 0.5)
"""

from itertools import pairwise

import numpy as np
import torch


def stability_index(reference, live, edges):
    if not edges or not all(a < b for a, b in pairwise(edges)):
        raise ValueError(edges)
    size = len(edges) + 1
    shares = []
    for values in (reference, live):
        if len(values) == 0 or values.isnan().any():
            raise ValueError("values")
        inner, _ = np.histogram(values.double().numpy(), [edges[0] - 1, *edges, edges[-1] + 1])
        counts = torch.tensor(inner).double()
        shares.append((counts + 0.5) / (len(values) + 0.5 * size))
    expected, actual = shares
    return float(((actual - expected) * (actual / expected).log()).sum())
