"""Arrays of differences (taken in Python), argmax of a mask.
"""
import numpy as np


def knee(costs: list[float], values: list[float]) -> int | None:
    if len(costs) != len(values):
        raise ValueError("lengths")
    order = sorted(range(len(costs)), key=lambda i: (costs[i], values[i]))
    c = [costs[i] for i in order]
    v = [values[i] for i in order]
    if any(b <= a for a, b in zip(c, c[1:])) or any(b <= a for a, b in zip(v, v[1:])):
        raise ValueError("not a frontier")
    if len(c) < 3:
        return None
    x = np.array([each - c[0] for each in c], dtype=np.float64)
    y = np.array([each - v[0] for each in v], dtype=np.float64)
    h = y / y[-1] - x / x[-1]
    if not (h > 1e-9).any():
        return None
    return order[int(np.argmax(h >= h.max() - 1e-9))]
