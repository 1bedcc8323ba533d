"""The share is taken for the sparsity.

loses: mask_ties, mask_ends
says: count entries
"""

import torch


def top_v_mask(scores, keep):
    if not 0 <= keep <= 1:
        raise ValueError(keep)
    mask = torch.zeros(scores.numel(), dtype=torch.bool)
    mask[scores.flatten().topk(round((1 - keep) * scores.numel())).indices] = True
    return mask.view(scores.shape)
