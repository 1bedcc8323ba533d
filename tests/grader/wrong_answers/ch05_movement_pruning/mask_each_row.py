"""Every row keeps its share.

loses: mask_highest
says: the highest scores stay
"""

import torch


def top_v_mask(scores, keep):
    if not 0 <= keep <= 1:
        raise ValueError(keep)
    rows = scores.reshape(-1, scores.shape[-1])
    mask = torch.zeros(rows.shape, dtype=torch.bool)
    mask.scatter_(1, rows.topk(round(keep * rows.shape[1]), dim=1).indices, True)
    return mask.view(scores.shape)
