"""Any number is taken for a share.

loses: mask_ends
says: 80 is no share
"""

import torch


def top_v_mask(scores, keep):
    kept = round(min(max(keep, 0), 1) * scores.numel())
    mask = torch.zeros(scores.numel(), dtype=torch.bool)
    mask[scores.flatten().topk(kept).indices] = True
    return mask.view(scores.shape)
