"""What is gone gets a large magnitude, by a product: NaN stays NaN, and others are larger.

loses: further_gone_is_gone
says: stand for a weight that is gone
"""

import torch


def prune_further(state, masks, fraction):
    flat = torch.cat([(state[n].abs() * m + (~m) * 1e9).flatten() for n, m in masks.items()])
    keep = torch.cat([m.flatten() for m in masks.values()]).clone()
    k = round(fraction * int(keep.sum()))
    keep[flat.argsort()[:k]] = False
    return {
        n: p.view(m.shape)
        for (n, m), p in zip(masks.items(), keep.split([m.numel() for m in masks.values()]), strict=True)
    }
