"""Takes only labels above 0 for known.

Text: "the classes ..., whole numbers from 0"; "-1 where nobody knows the right one".
Input: labels [0].
"""
from torch import Tensor


def churn(original: Tensor, compressed: Tensor, labels: Tensor) -> dict[str, float]:
    if not original.shape == compressed.shape == labels.shape or len(labels) == 0:
        raise ValueError("shapes, or no sample")
    was, now = (original == labels) & (labels > 0), (compressed == labels) & (labels > 0)
    changed = int((original != compressed).sum())
    n = len(labels)
    return {
        "fixed": int((~was & now).sum()),
        "broken": int((was & ~now).sum()),
        "changed": changed,
        "agreement": (n - changed) / n,
    }
