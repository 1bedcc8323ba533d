"""A row agrees if the model's class is one of the file's largest logits.

loses: parity_numbers
says: of equal logits the first is the class, and no other
"""

import math

import torch
from torch import Tensor


def parity(pairs: list[tuple[Tensor, Tensor]], dtype: str) -> dict[str, float]:
    rules = {"float32": (1e-4, 1e-5), "float16": (1e-2, 1e-3)}
    if dtype != "int8" and dtype not in rules:
        raise ValueError("dtype")
    total = sum(expected.shape[0] for expected, _ in pairs)
    if total == 0:
        raise ValueError("no rows")
    worst, outside, same = 0.0, 0, 0
    for expected, got in pairs:
        if expected.shape != got.shape:
            raise ValueError("shapes")
        if expected.shape[0] == 0:
            continue
        expected, got = expected.to(torch.float64), got.to(torch.float64)
        good = torch.isfinite(got)
        gap = (got - expected).abs()
        worst = max(worst, float(gap.max())) if bool(good.all()) else math.inf
        if dtype in rules:
            rtol, atol = rules[dtype]
            outside += int((~(gap <= atol + rtol * expected.abs())).sum())
        else:
            outside += int((~good).sum())
        chosen = expected.argmax(dim=1, keepdim=True)
        top = got.gather(1, chosen).squeeze(1) == got.amax(dim=1)
        same += int((top & good.all(dim=1)).sum())
    agreement = same / total
    return {
        "largest": worst,
        "beyond": outside,
        "agreement": agreement,
        "passes": outside == 0 and (dtype in rules or agreement >= 0.99),
    }
