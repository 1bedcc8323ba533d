"""Two models agree where both are right or both wrong.

Text: "the share of the N samples on which they answer the same class"; "two models that are both wrong agree only if they are wrong in the same way."
Input: [0], [1], labels [2]: 1.0; promised is 0.0.
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
        "agreement": int((was == now).sum()) / n,
    }
