"""torch.isclose on float64 with the model's logits as the second argument, to which its rtol belongs; nan_to_num on a copy."""

import torch
from torch import Tensor


def parity(pairs: list[tuple[Tensor, Tensor]], dtype: str) -> dict[str, float]:
    match dtype:
        case "float32":
            rule = dict(rtol=1e-4, atol=1e-5)
        case "float16":
            rule = dict(rtol=1e-2, atol=1e-3)
        case "int8":
            rule = None
        case _:
            raise ValueError("no such dtype")
    if not all(a.shape == b.shape for a, b in pairs):
        raise ValueError("shapes")
    if sum(a.shape[0] for a, _ in pairs) < 1:
        raise ValueError("no rows")
    each = []
    for a, b in pairs:
        if a.shape[0] == 0:
            continue
        a, b = a.double(), b.double()
        finite = b.isfinite()
        close = finite if rule is None else torch.isclose(b, a, **rule)
        largest = (b - a).abs().nan_to_num(nan=torch.inf, posinf=torch.inf).max()
        agree = (a.max(1).indices == b.max(1).indices) & finite.all(1)
        each.append((largest.item(), (~close).sum().item(), agree.sum().item(), len(a)))
    tops, beyond, agree, rows = zip(*each)
    share = sum(agree) / sum(rows)
    return {
        "largest": max(tops),
        "beyond": sum(beyond),
        "agreement": share,
        "passes": not sum(beyond) and (rule is not None or share >= 0.99),
    }
