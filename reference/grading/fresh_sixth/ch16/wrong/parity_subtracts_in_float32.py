"""Subtracts in the tensors' own format and converts the difference: float32's rounding is in it, and in float16 it overflows.

Text: "A dict with four keys, over all pairs together, computed in float64"
Input: `parity([(torch.tensor([[1e8, 0.0]]), torch.tensor([[1.0, 0.0]]))], "int8")["largest"]` -> promised 99999999.0, actual 100000000.0
"""

import math

import torch
from torch import Tensor

TOLERANCES = {"float32": (1e-4, 1e-5), "float16": (1e-2, 1e-3)}


def parity(pairs: list[tuple[Tensor, Tensor]], dtype: str) -> dict[str, float]:
    if dtype not in ("float32", "float16", "int8"):
        raise ValueError(f"no rule for {dtype}")
    largest, beyond, agree, rows = 0.0, 0, 0, 0
    for expected, got in pairs:
        if expected.shape != got.shape:
            raise ValueError("two shapes")
        if len(expected) == 0:
            continue
        finite = torch.isfinite(got)
        difference = (got - expected).abs().double()
        largest = max(largest, difference.max().item() if finite.all() else math.inf)
        if dtype == "int8":
            beyond += int((~finite).sum())
        else:
            rtol, atol = TOLERANCES[dtype]
            allowed = atol + rtol * expected.double().abs()
            beyond += int((~(finite & (difference <= allowed))).sum())
        same = expected.argmax(dim=1) == got.argmax(dim=1)
        agree += int((same & finite.all(dim=1)).sum())
        rows += len(expected)
    if rows == 0:
        raise ValueError("no row")
    agreement = agree / rows
    passes = beyond == 0 and (dtype != "int8" or agreement >= 0.99)
    return {
        "largest": largest,
        "beyond": beyond,
        "agreement": agreement,
        "passes": passes,
    }
