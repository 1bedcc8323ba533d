"""A negative share goes unnoticed.

loses: mask_ends
says: both ends of the range
"""

import torch


def top_v_mask(scores, keep):
    if keep > 1:
        raise ValueError(keep)
    kept = round(max(keep, 0) * scores.numel())
    mask = torch.zeros(scores.numel(), dtype=torch.bool)
    mask[scores.flatten().topk(kept).indices] = True
    return mask.view(scores.shape)
