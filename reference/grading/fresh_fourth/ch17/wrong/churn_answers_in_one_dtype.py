"""Brings the compressed model's answers to the dtype of the original's: 256 becomes 0 in uint8.

Text: "Each of the three tensors is int64, int32 or uint8, not all of them the same, perhaps".
Input: original uint8 [0], compressed int64 [256], labels [0]: changed 0; promised is 1, and 1 broken.
"""
from torch import Tensor


def churn(original: Tensor, compressed: Tensor, labels: Tensor) -> dict[str, float]:
    if not original.shape == compressed.shape == labels.shape or len(labels) == 0:
        raise ValueError("shapes, or no sample")
    compressed = compressed.to(original.dtype)
    was, now = original == labels, compressed == labels
    changed = int((original != compressed).sum())
    n = len(labels)
    return {
        "fixed": int((~was & now).sum()),
        "broken": int((was & ~now).sum()),
        "changed": changed,
        "agreement": (n - changed) / n,
    }
