"""The smallest scores stay: those that were to be removed.

loses: kept_largest, kept_group, kept_multiple
says: the least important
"""

import torch


def kept_channels(scores, count, multiple=1):
    total = torch.stack(scores).sum(0)
    count = -(-count // multiple) * multiple
    best = total.sort(descending=False, stable=True).indices[:count]
    return sorted(best.tolist())
