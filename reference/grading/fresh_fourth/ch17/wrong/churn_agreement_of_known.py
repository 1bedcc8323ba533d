"""Counts agreement and changes on samples with a label only.

Text: "Such a sample is neither fixed nor broken, but counts in all else."
Input: any with a -1 and two different answers.
"""
from torch import Tensor


def churn(original: Tensor, compressed: Tensor, labels: Tensor) -> dict[str, float]:
    if not original.shape == compressed.shape == labels.shape or len(labels) == 0:
        raise ValueError("shapes, or no sample")
    known = labels >= 0
    original, compressed, labels = original[known], compressed[known], labels[known]
    was, now = original == labels, compressed == labels
    changed = int((original != compressed).sum())
    n = max(len(labels), 1)
    return {
        "fixed": int((~was & now).sum()),
        "broken": int((was & ~now).sum()),
        "changed": changed,
        "agreement": (n - changed) / n,
    }
