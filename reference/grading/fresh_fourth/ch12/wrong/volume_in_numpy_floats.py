"""Computes in float64 from the start: large sizes lose their last digits before they are subtracted.

Text: "costs: of any points, ints and floats", "The area, a number, right to ten digits".
Input: [2**60 + 1], [1.0], (2**60 + 4, 0.0): 0.0; promised is 3.
"""
import numpy as np


def hypervolume(costs: list[float], values: list[float], reference: tuple[float, float]) -> float:
    if len(costs) != len(values):
        raise ValueError("lengths")
    c, v = np.array(costs, dtype=float), np.array(values, dtype=float)
    end, base = map(float, reference)
    if np.isnan([*c, *v, end, base]).any():
        raise ValueError("NaN")
    inside = (c < end) & (v > base)
    c, v = c[inside], v[inside]
    order = np.argsort(c, kind="stable")
    c, tops = c[order], np.maximum.accumulate(v[order])
    widths = np.diff(np.append(c, end))
    return float((widths * (tops - base)).sum()) if len(c) else 0.0
