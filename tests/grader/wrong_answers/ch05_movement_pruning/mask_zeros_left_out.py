"""Zeros are taken for pruned weights and left out of the threshold.

loses: mask_ties
says: zeros are scores like others
"""

import torch


def top_v_mask(scores, keep):
    if not 0 <= keep <= 1:
        raise ValueError(keep)
    alive = scores[scores != 0]
    mask = torch.zeros(scores.shape, dtype=torch.bool)
    kept = min(round(keep * scores.numel()), alive.numel())
    if keep == 1:
        return torch.ones(scores.shape, dtype=torch.bool)
    if kept:
        mask = (scores >= alive.sort(descending=True).values[kept - 1]) & (scores != 0)
    return mask
