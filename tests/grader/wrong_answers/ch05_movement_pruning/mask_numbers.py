"""The mask is made of ones and zeros.

loses: mask_highest
says: True and False
"""

import torch


def top_v_mask(scores, keep):
    if not 0 <= keep <= 1:
        raise ValueError(keep)
    mask = torch.zeros(scores.numel())
    mask[scores.flatten().topk(round(keep * scores.numel())).indices] = 1
    return mask.view(scores.shape)
