"""The number is cut off, not rounded.

loses: mask_highest
says: is the count cut off
"""

import torch


def top_v_mask(scores, keep):
    if not 0 <= keep <= 1:
        raise ValueError(keep)
    mask = torch.zeros(scores.numel(), dtype=torch.bool)
    mask[scores.flatten().topk(int(keep * scores.numel())).indices] = True
    return mask.view(scores.shape)
