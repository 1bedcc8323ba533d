"""Weights with a negative score never stay.

loses: mask_highest
says: how many stay
"""

import torch


def top_v_mask(scores, keep):
    if not 0 <= keep <= 1:
        raise ValueError(keep)
    mask = torch.zeros(scores.numel(), dtype=torch.bool)
    mask[scores.flatten().topk(round(keep * scores.numel())).indices] = True
    return mask.view(scores.shape) & (scores >= 0)
