"""Counts the rows with an entry beyond the tolerance, where the entries are asked for.

Text: "the entries that are not within the tolerance of the table above"
Input: `parity([(torch.zeros(1, 3), torch.ones(1, 3))], "float32")["beyond"]` -> promised 3, actual 1
"""

import math

import torch
from torch import Tensor


def parity(pairs: list[tuple[Tensor, Tensor]], dtype: str) -> dict[str, float]:
    if dtype not in ("float32", "float16", "int8"):
        raise ValueError("dtype")
    rtol, atol = (1e-4, 1e-5) if dtype == "float32" else (1e-2, 1e-3)
    largest, beyond, agree, rows = 0.0, 0, 0, 0
    for a, b in pairs:
        if a.shape != b.shape:
            raise ValueError("shapes")
        for model, file in zip(a.double(), b.double()):
            rows += 1
            finite = bool(torch.isfinite(file).all())
            if not finite:
                largest = math.inf
                beyond += 1
                continue
            off = (file - model).abs()
            largest = max(largest, off.max().item())
            if dtype != "int8" and (off > atol + rtol * model.abs()).any():
                beyond += 1
            agree += int(model.argmax() == file.argmax())
    if not rows:
        raise ValueError("no row")
    passes = beyond == 0 and (dtype != "int8" or agree / rows >= 0.99)
    return {
        "largest": largest,
        "beyond": beyond,
        "agreement": agree / rows,
        "passes": passes,
    }
