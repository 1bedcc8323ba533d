"""The mean of the batches' agreements: a batch of one row counts as much as one of many.

Text: "the share of all rows for which both give the same class"
Input: `parity([(torch.eye(2), torch.eye(2)), (torch.eye(2)[:1], torch.eye(2)[1:])], "int8")["agreement"]` -> promised 0.6666666666666666, actual 0.5
"""

import torch
from torch import Tensor


def parity(pairs: list[tuple[Tensor, Tensor]], dtype: str) -> dict[str, float]:
    rules = {"float32": (1e-4, 1e-5), "float16": (1e-2, 1e-3), "int8": None}
    if dtype not in rules:
        raise ValueError("dtype")
    largest, beyond, shares = [], 0, []
    for expected, got in pairs:
        if expected.shape != got.shape:
            raise ValueError("shapes")
        if expected.shape[0] == 0:
            continue
        expected, got = expected.double(), got.double()
        finite = got.isfinite()
        distance = torch.where(finite, (got - expected).abs(), torch.inf)
        largest.append(distance.max().item())
        if dtype == "int8":
            beyond += (~finite).sum().item()
        else:
            rtol, atol = rules[dtype]
            beyond += (distance > atol + rtol * expected.abs()).sum().item()
        same = (expected.argmax(1) == got.argmax(1)) & finite.all(1)
        shares.append(same.double().mean().item())
    if not shares:
        raise ValueError("no row")
    agreement = sum(shares) / len(shares)
    passes = beyond == 0
    if dtype == "int8":
        passes = passes and agreement >= 0.99
    return dict(
        largest=max(largest), beyond=beyond, agreement=agreement, passes=passes
    )
