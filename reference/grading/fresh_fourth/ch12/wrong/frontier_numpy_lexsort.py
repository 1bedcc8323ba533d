"""Makes arrays: a list of ints and floats becomes float64, and large ints lose their last digits.

Text: "Ints up to 2**60 in size and floats", "Numbers of both lists differ where Python says so".
Input: costs [2**60, 2**60 - 1, 0.5], values [0.9, 0.8, 0.1]: [2, 0]; promised is [2, 1, 0]. Ints alone are right.
"""
import numpy as np


def frontier(costs: list[float], values: list[float]) -> list[int]:
    if len(costs) != len(values):
        raise ValueError("lengths differ")
    c, v = np.array(costs), np.array(values)
    if len(c) and (np.isnan(c).any() or np.isnan(v).any()):
        raise ValueError("NaN")
    order = np.lexsort((-v, c)) if len(c) else []
    kept: list[int] = []
    for i in order:
        if not kept or v[i] > v[kept[-1]] or (v[i] == v[kept[-1]] and c[i] == c[kept[-1]]):
            kept.append(int(i))
    return kept
