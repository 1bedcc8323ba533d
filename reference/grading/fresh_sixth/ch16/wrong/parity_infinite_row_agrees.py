"""Only rows with NaN are kept from agreeing: one with minus infinity in another place keeps its class.

Text: "A row in which the file has NaN or infinity does not agree."
Input: `parity([(torch.tensor([[1.0, 2.0]]), torch.tensor([[-math.inf, 2.0]]))], "int8")["agreement"]` -> promised 0.0, actual 1.0
"""

import math

import torch
from torch import Tensor


def parity(pairs: list[tuple[Tensor, Tensor]], dtype: str) -> dict[str, float]:
    if dtype not in {"float32", "float16", "int8"}:
        raise ValueError("dtype")
    for model, file in pairs:
        if model.shape != file.shape:
            raise ValueError("shape")
    pairs = [(m.double(), f.double()) for m, f in pairs if len(m) > 0]
    if not pairs:
        raise ValueError("no rows")
    largest = 0.0
    beyond = agree = rows = 0
    for model, file in pairs:
        off = (file - model).abs()
        bad = torch.isnan(file) | torch.isinf(file)
        largest = math.inf if bad.any() else max(largest, off.max().item())
        if dtype != "int8":
            rtol, atol = (1e-4, 1e-5) if dtype == "float32" else (1e-2, 1e-3)
            bad = ~(off <= atol + rtol * model.abs())
        beyond += bad.sum().item()
        same = model.argmax(dim=1) == file.argmax(dim=1)
        agree += (same & ~torch.isnan(file).any(dim=1)).sum().item()
        rows += len(model)
    agreement = agree / rows
    passes = beyond == 0 and (agreement >= 0.99 or dtype != "int8")
    return {
        "largest": largest,
        "beyond": beyond,
        "agreement": agreement,
        "passes": passes,
    }
