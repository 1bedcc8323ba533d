"""For int8 the classes alone decide: one NaN in two hundred rows passes.

Text: "for "int8", whether nothing is beyond and the agreement is at least 0.99"
Input: `parity([(torch.eye(2).repeat(100, 1), torch.cat([torch.tensor([[math.nan, 0.0]]), torch.eye(2).repeat(100, 1)[1:]]))], "int8")["passes"]` -> promised False, actual True
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
    passes = agreement >= 0.99 if dtype == "int8" else beyond == 0
    return {
        "largest": largest,
        "beyond": beyond,
        "agreement": agreement,
        "passes": passes,
    }
