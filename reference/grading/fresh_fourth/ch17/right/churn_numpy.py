"""NumPy's counts, of answers in int64.
"""
import numpy as np
from torch import Tensor


def churn(original: Tensor, compressed: Tensor, labels: Tensor) -> dict[str, float]:
    a, b, y = (np.asarray(t).astype(np.int64) for t in (original, compressed, labels))
    if not (a.shape == b.shape == y.shape) or a.size < 1:
        raise ValueError
    move = (b == y).astype(int) - (a == y).astype(int)
    return {
        "fixed": np.count_nonzero(move == 1),
        "broken": np.count_nonzero(move == -1),
        "changed": np.count_nonzero(a != b),
        "agreement": np.mean(a == b),
    }
