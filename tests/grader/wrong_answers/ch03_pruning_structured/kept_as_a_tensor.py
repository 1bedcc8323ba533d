"""A tensor of indices, in place of a list.

loses: kept_largest, kept_group, kept_multiple
says: `.tolist()` makes one of a tensor
"""

import torch


def kept_channels(scores, count, multiple=1):
    total = torch.stack(scores).sum(0)
    count = -(-count // multiple) * multiple
    best = total.sort(descending=True, stable=True).indices[:count]
    return best.sort().values
