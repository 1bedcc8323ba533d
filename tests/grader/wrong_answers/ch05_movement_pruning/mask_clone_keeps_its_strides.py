"""Writes into the reshaped mask of zeros, which is a copy where the scores aren't contiguous.

loses: mask_highest
says: how many stay
"""

import torch


def top_v_mask(scores, keep):
    if not 0 <= keep <= 1:
        raise ValueError(f"keep={keep} is not between 0 and 1")
    mask = torch.zeros_like(scores, dtype=torch.bool)
    mask.reshape(-1)[scores.reshape(-1).topk(round(keep * scores.numel())).indices] = True
    return mask
