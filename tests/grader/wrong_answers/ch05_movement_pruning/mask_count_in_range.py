"""The rounded count is held against its range, and not the share: 1.1 of four entries is taken for all.

loses: mask_ends
says: rounded back
"""

import torch


def top_v_mask(scores, keep):
    kept = round(keep * scores.numel())
    if not 0 <= kept <= scores.numel():
        raise ValueError(f"keep={keep} is not between 0 and 1")
    mask = torch.zeros(scores.numel(), dtype=torch.bool)
    mask[scores.flatten().topk(kept).indices] = True
    return mask.view(scores.shape)
