"""All strictly above the threshold stay: none, when all are equal.

loses: mask_ties
says: with ties
"""

import torch


def top_v_mask(scores, keep):
    if not 0 <= keep <= 1:
        raise ValueError(keep)
    kept = round(keep * scores.numel())
    if kept == scores.numel():
        return torch.ones(scores.shape, dtype=torch.bool)
    return scores > scores.flatten().sort(descending=True).values[kept]
