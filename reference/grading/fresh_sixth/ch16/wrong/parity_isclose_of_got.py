"""torch.isclose(expected, got): the tolerance grows with the second argument, which is the file's logit.

Text: "|got - expected| <= atol + rtol * |expected|"
Input: `parity([(torch.tensor([[10000.0, 0.0]]), torch.tensor([[10101.0, 0.0]]))], "float16")["beyond"]` -> promised 1, actual 0
"""

import math

import torch
from torch import Tensor


def parity(pairs: list[tuple[Tensor, Tensor]], dtype: str) -> dict[str, float]:
    tolerance = {
        "float32": {"rtol": 1e-4, "atol": 1e-5},
        "float16": {"rtol": 1e-2, "atol": 1e-3},
        "int8": None,
    }
    if dtype not in tolerance:
        raise ValueError(f"{dtype} is not a format of a file")
    if any(expected.shape != got.shape for expected, got in pairs):
        raise ValueError("the shapes of a pair differ")
    rows = sum(len(expected) for expected, _ in pairs)
    if rows == 0:
        raise ValueError("no rows")
    largest, beyond, agree = 0.0, 0, 0
    for expected, got in pairs:
        if not len(expected):
            continue
        expected, got = expected.double(), got.double()
        finite = torch.isfinite(got)
        if finite.all():
            largest = max(largest, (got - expected).abs().max().item())
        else:
            largest = math.inf
        if dtype == "int8":
            beyond += int((~finite).sum())
        else:
            close = torch.isclose(expected, got, **tolerance[dtype])
            beyond += int((~close).sum())
        agree += int(
            ((expected.argmax(1) == got.argmax(1)) & finite.all(dim=1)).sum()
        )
    agreement = agree / rows
    return {
        "largest": largest,
        "beyond": beyond,
        "agreement": agreement,
        "passes": beyond == 0 and (dtype != "int8" or agreement >= 0.99),
    }
