"""What is gone ranks as 0, and so does a kept weight that is 0.

loses: further_exact
says: only the masks tell
"""

import torch


def prune_further(state, masks, fraction):
    magnitudes = torch.cat([state[name].abs().flatten() for name in masks])
    keep = torch.cat([mask.flatten() for mask in masks.values()])
    gone = int((~keep).sum())
    k = gone + round(fraction * int(keep.sum()))
    magnitudes = magnitudes * keep
    keep[magnitudes.argsort()[:k]] = False
    parts = keep.split([mask.numel() for mask in masks.values()])
    return {name: part.view(mask.shape) for (name, mask), part in zip(masks.items(), parts, strict=True)}
