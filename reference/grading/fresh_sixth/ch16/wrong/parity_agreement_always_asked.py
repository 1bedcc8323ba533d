"""Asks for 99% of the classes in every format, where only int8 has that rule.

Text: "for the others, whether nothing is beyond"
Input: `parity([(torch.tensor([[1.0, 1.00001]]), torch.tensor([[1.00001, 1.0]]))], "float32")["passes"]` -> promised True, actual False
"""

import math

import torch
from torch import Tensor


def parity(pairs: list[tuple[Tensor, Tensor]], dtype: str) -> dict[str, float]:
    tolerances = {"float32": (1e-4, 1e-5), "float16": (1e-2, 1e-3), "int8": None}
    if dtype not in tolerances:
        raise ValueError("dtype")
    largest, beyond, agree, rows = 0.0, 0, 0, 0
    for expected, got in pairs:
        if expected.shape != got.shape:
            raise ValueError("shapes")
        if len(got) == 0:
            continue
        expected, got = expected.double(), got.double()
        finite = torch.isfinite(got)
        difference = torch.where(finite, (got - expected).abs(), math.inf)
        largest = max(largest, difference.max().item())
        if tolerances[dtype] is None:
            beyond += int((~finite).sum())
        else:
            rtol, atol = tolerances[dtype]
            beyond += int((difference > atol + rtol * expected.abs()).sum())
        agree += int((finite.all(1) & (expected.argmax(1) == got.argmax(1))).sum())
        rows += len(got)
    if rows == 0:
        raise ValueError("rows")
    agreement = agree / rows
    return {
        "largest": largest,
        "beyond": beyond,
        "agreement": agreement,
        "passes": beyond == 0 and agreement >= 0.99,
    }
