"""topk, which promises no order among equal scores.

loses: kept_largest
says: earlier channels stay
"""

import torch


def kept_channels(scores, count, multiple=1):
    total = torch.stack(scores).sum(0)
    count = min(-(-count // multiple) * multiple, len(total))
    # What topk would do is up to it: here the later of equal ones.
    best = len(total) - 1 - total.flip(0).sort(descending=True, stable=True).indices[:count]
    return sorted(best.tolist())
