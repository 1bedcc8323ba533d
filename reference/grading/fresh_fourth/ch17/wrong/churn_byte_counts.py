"""Adds truth values up as bytes, with Python's sum: counts wrap round at 256.

Text: "Three ints: "fixed", the samples that only the compressed model gets right".
Input: 300 samples that were fixed: 44.
"""
from torch import Tensor


def churn(original: Tensor, compressed: Tensor, labels: Tensor) -> dict[str, float]:
    if not original.shape == compressed.shape == labels.shape or len(labels) == 0:
        raise ValueError("shapes, or no sample")
    was, now = original == labels, compressed == labels
    changed = int((original != compressed).sum())
    n = len(labels)
    return {
        "fixed": int(sum((~was & now).byte())),
        "broken": int(sum((was & ~now).byte())),
        "changed": changed,
        "agreement": (n - changed) / n,
    }
