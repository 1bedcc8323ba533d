"""Brings the labels to the dtype of the answers: in uint8 the unknown label -1 becomes class 255.

Text: "-1 where nobody knows the right one. Such a sample is neither fixed nor broken", "Each of the three tensors is int64, int32 or uint8, not all of them the same, perhaps".
Input: original uint8 [255], compressed uint8 [1], labels int64 [-1]: 1 broken; promised is 0.
"""
from torch import Tensor


def churn(original: Tensor, compressed: Tensor, labels: Tensor) -> dict[str, float]:
    if not original.shape == compressed.shape == labels.shape or len(labels) == 0:
        raise ValueError("shapes, or no sample")
    labels = labels.to(original.dtype)
    was, now = original == labels, compressed == labels
    changed = int((original != compressed).sum())
    n = len(labels)
    return {
        "fixed": int((~was & now).sum()),
        "broken": int((was & ~now).sum()),
        "changed": changed,
        "agreement": (n - changed) / n,
    }
