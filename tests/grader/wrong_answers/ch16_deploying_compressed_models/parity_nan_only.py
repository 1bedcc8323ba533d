"""Infinity is taken for a number.

loses: parity_limits
says: in whichever batch
"""

import math

import torch


def parity(pairs, dtype):
    tolerances = {"float32": (1e-4, 1e-5), "float16": (1e-2, 1e-3), "int8": (0.0, math.inf)}
    if dtype not in tolerances:
        raise ValueError(dtype)
    rtol, atol = tolerances[dtype]
    rows, agree, beyond, largest = 0, 0, 0, 0.0
    for expected, got in pairs:
        if expected.shape != got.shape:
            raise ValueError("shapes")
        if len(got) == 0:
            continue
        expected, got = expected.double(), got.double()
        finite = ~got.isnan()
        apart = torch.where(finite, (got - expected).abs(), math.inf)
        within = finite & (apart <= atol + rtol * expected.abs())
        same = got.argmax(dim=1) == expected.argmax(dim=1)
        rows += len(got)
        agree += int((same & finite.all(dim=1)).sum())
        beyond += int((~within).sum())
        largest = max(largest, float(apart.max()))
    if rows == 0:
        raise ValueError("no row")
    agreement = agree / rows
    passes = beyond == 0 and (dtype != "int8" or agreement >= 0.99)
    return {"largest": largest, "beyond": beyond, "agreement": agreement, "passes": passes}
