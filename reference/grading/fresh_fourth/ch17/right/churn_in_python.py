"""A loop over lists.
"""
from torch import Tensor


def churn(original: Tensor, compressed: Tensor, labels: Tensor) -> dict[str, float]:
    if original.size() != compressed.size() or original.size() != labels.size():
        raise ValueError("shapes")
    fixed = broken = changed = 0
    rows = list(zip(original.tolist(), compressed.tolist(), labels.tolist()))
    if not rows:
        raise ValueError("no sample")
    for a, b, y in rows:
        if a == b:
            continue
        changed += 1
        fixed += b == y
        broken += a == y
    return {"fixed": fixed, "broken": broken, "changed": changed, "agreement": (len(rows) - changed) / len(rows)}
