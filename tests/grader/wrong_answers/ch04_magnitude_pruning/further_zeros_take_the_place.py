"""What is gone is set to zero and counted as removed: a weight that is there and is zero itself may go for one of it.

loses: further_exact
says: only the masks tell it
"""

import torch


def prune_further(state, masks, fraction):
    there = torch.cat([mask.flatten() for mask in masks.values()])
    magnitudes = torch.cat([state[name].abs().masked_fill(~mask, 0).flatten() for name, mask in masks.items()])
    removed = int((~there).sum()) + round(fraction * int(there.sum()))
    keep = there.clone()
    keep[magnitudes.argsort(stable=True)[:removed]] = False
    parts = keep.split([mask.numel() for mask in masks.values()])
    return {name: part.view(mask.shape) for (name, mask), part in zip(masks.items(), parts, strict=True)}
