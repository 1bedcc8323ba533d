"""Python lists, one entry after the other, and the class by a strict comparison from the left."""

import math
from torch import Tensor


def _first_largest(row):
    best = 0
    for place, value in enumerate(row):
        if value > row[best]:
            best = place
    return best


def _within(x, y, dtype):
    if math.isnan(y) or math.isinf(y):
        return False
    if dtype == "int8":
        return True
    rtol, atol = (1e-4, 1e-5) if dtype == "float32" else (1e-2, 1e-3)
    return abs(y - x) <= atol + rtol * abs(x)


def parity(pairs: list[tuple[Tensor, Tensor]], dtype: str) -> dict[str, float]:
    if dtype not in ["int8", "float16", "float32"]:
        raise ValueError("unknown dtype " + str(dtype))
    for model, file in pairs:
        if model.shape != file.shape:
            raise ValueError("shapes differ")
    rows = [
        (expected, got)
        for model, file in pairs
        for expected, got in zip(model.tolist(), file.tolist())
    ]
    if not rows:
        raise ValueError("no rows")
    largest = 0.0
    beyond = 0
    agreeing = 0
    for expected, got in rows:
        finite = True
        for x, y in zip(expected, got):
            if not _within(x, y, dtype):
                beyond += 1
            if math.isfinite(y):
                largest = max(largest, abs(x - y))
            else:
                finite = False
                largest = math.inf
        if finite and _first_largest(expected) == _first_largest(got):
            agreeing += 1
    result = {"largest": largest, "beyond": beyond, "agreement": agreeing / len(rows)}
    result["passes"] = beyond == 0
    if dtype == "int8" and 100 * agreeing < 99 * len(rows):
        result["passes"] = False
    return result
