"""The share is rounded to whole percents.

loses: mask_highest
says: only at the end
"""

import torch


def top_v_mask(scores, keep):
    if not 0 <= keep <= 1:
        raise ValueError("keep is a share")
    k = round(scores.numel() * round(keep, 2))
    mask = torch.zeros(scores.numel(), dtype=torch.bool)
    mask[scores.flatten().topk(k).indices] = True
    return mask.view(scores.shape)
