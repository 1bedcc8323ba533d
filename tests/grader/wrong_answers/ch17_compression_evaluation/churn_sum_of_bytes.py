"""Truth values are added up in uint8, which begins again at 0 after 255.

loses: churn_counts
says: counts of any size: bytes begin again
"""

import torch


def churn(original, compressed, labels):
    if not original.shape == compressed.shape == labels.shape or labels.numel() == 0:
        raise ValueError("shapes, or no sample")
    was, now = original == labels, compressed == labels
    same = int((original == compressed).sum())
    return {
        "fixed": int((now & ~was).sum(dtype=torch.uint8)),
        "broken": int((was & ~now).sum(dtype=torch.uint8)),
        "changed": labels.numel() - same,
        "agreement": same / labels.numel(),
    }
