"""Writes infinity over the NaN in the file's logits, to spare itself a case.

Text: "don't modify what you are given"
Input: `(lambda file: (parity([(torch.ones(1, 2), file)], "int8"), file)[1])(torch.tensor([[1.0, math.nan]]))` -> promised tensor([[1., nan]]), actual tensor([[1., inf]])
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
        got.nan_to_num_(nan=math.inf, posinf=math.inf, neginf=-math.inf)
        difference = (got.double() - expected.double()).abs()
        largest = max(largest, difference.max().item())
        finite = torch.isfinite(got)
        if tolerances[dtype] is None:
            beyond += int((~finite).sum())
        else:
            rtol, atol = tolerances[dtype]
            allowed = atol + rtol * expected.double().abs()
            beyond += int((difference > allowed).sum())
        agree += int((finite.all(1) & (expected.argmax(1) == got.argmax(1))).sum())
        rows += len(got)
    if rows == 0:
        raise ValueError("rows")
    passes = beyond == 0 and (dtype != "int8" or agree / rows >= 0.99)
    return {
        "largest": largest,
        "beyond": beyond,
        "agreement": agree / rows,
        "passes": passes,
    }
