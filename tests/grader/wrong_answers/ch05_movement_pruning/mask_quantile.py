"""A quantile is the threshold, and all that reach it stay.

loses: mask_ties
says: with ties
"""

import torch


def top_v_mask(scores, keep):
    if not 0 <= keep <= 1:
        raise ValueError(keep)
    if keep == 0:
        return torch.zeros(scores.shape, dtype=torch.bool)
    return scores >= torch.quantile(scores.flatten(), 1 - keep, interpolation="higher")
