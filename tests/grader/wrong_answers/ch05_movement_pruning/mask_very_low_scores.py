"""What was taken is marked with -1e9: the same one is taken twice if others are lower.

loses: mask_highest
says: how many stay
"""

import torch


def top_v_mask(scores, keep):
    if not 0 <= keep <= 1:
        raise ValueError("keep is a share")
    k = round(keep * scores.numel())
    mask = torch.zeros(scores.numel(), dtype=torch.bool)
    flat = scores.flatten().clone()
    for _ in range(k):
        place = flat.argmax()
        mask[place] = True
        flat[place] = -1e9
    return mask.view(scores.shape)
