"""At least one entry stays.

loses: mask_ends
says: keep=0 none
"""

import torch


def top_v_mask(scores, keep):
    if not 0 <= keep <= 1:
        raise ValueError(keep)
    mask = torch.zeros(scores.numel(), dtype=torch.bool)
    mask[scores.flatten().topk(max(1, round(keep * scores.numel()))).indices] = True
    return mask.view(scores.shape)
