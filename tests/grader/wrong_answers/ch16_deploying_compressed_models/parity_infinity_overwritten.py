"""The largest difference is inf only until the next batch overwrites it.

loses: parity_limits
says: in whichever batch
"""

import torch
from torch import Tensor


def parity(pairs: list[tuple[Tensor, Tensor]], dtype: str) -> dict[str, float]:
    table = {"float32": (1e-4, 1e-5), "float16": (1e-2, 1e-3), "int8": (0.0, 0.0)}
    if dtype not in table:
        raise ValueError("dtype")
    rtol, atol = table[dtype]
    largest = torch.tensor(0.0, dtype=torch.float64)
    beyond, agree, rows = 0, 0, 0
    for expected, got in pairs:
        if expected.shape != got.shape:
            raise ValueError("shapes")
        if expected.numel() == 0:
            continue
        e, g = expected.double(), got.double()
        finite = torch.isfinite(g)
        difference = (g - e).abs()
        top = difference.max()
        if torch.isnan(top):
            largest = torch.tensor(float("inf"), dtype=torch.float64)
        if not torch.isfinite(largest) or top > largest:
            largest = top
        within = finite if dtype == "int8" else difference <= atol + rtol * e.abs()
        beyond += int(torch.logical_not(within).sum())
        agree += int(((e.argmax(1) == g.argmax(1)) & finite.all(1)).sum())
        rows += e.shape[0]
    if rows == 0:
        raise ValueError("rows")
    found = largest.item()
    found = found if found == found else float("inf")
    ok = beyond == 0
    if dtype == "int8":
        ok = ok and agree / rows >= 0.99
    return {
        "largest": found,
        "beyond": beyond,
        "agreement": agree / rows,
        "passes": ok,
    }
