"""The largest by absolute value stay: movement loses its signs.

loses: mask_highest
says: signs count
"""

import torch


def top_v_mask(scores, keep):
    if not 0 <= keep <= 1:
        raise ValueError(keep)
    mask = torch.zeros(scores.numel(), dtype=torch.bool)
    mask[scores.flatten().abs().topk(round(keep * scores.numel())).indices] = True
    return mask.view(scores.shape)
