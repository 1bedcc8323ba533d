"""Ties are broken by 1e-5 times the position, which also decides between scores that differ.

loses: mask_highest
says: close together still differ
"""

import torch


def top_v_mask(scores, keep):
    if not 0 <= keep <= 1:
        raise ValueError("keep is a share")
    k = round(keep * scores.numel())
    mask = torch.zeros(scores.numel(), dtype=torch.bool)
    mask[(scores.flatten() - 1e-5 * torch.arange(scores.numel())).topk(k).indices] = True
    return mask.view(scores.shape)
