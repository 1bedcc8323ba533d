"""Rounds the agreement to nine digits behind the point, which isn't nine digits where it is small.

Text: "right to nine digits"; "the relative error is below 1e-9".
Input: 1 of 7,000 alike: 0.000142857.
"""
from torch import Tensor


def churn(original: Tensor, compressed: Tensor, labels: Tensor) -> dict[str, float]:
    if not original.shape == compressed.shape == labels.shape or len(labels) == 0:
        raise ValueError("shapes, or no sample")
    was, now = original == labels, compressed == labels
    changed = int((original != compressed).sum())
    n = len(labels)
    return {
        "fixed": int((~was & now).sum()),
        "broken": int((was & ~now).sum()),
        "changed": changed,
        "agreement": round((n - changed) / n, 9),
    }
