"""The best first, not in ascending order: the channels are shuffled.

loses: kept_largest, kept_group
says: in ascending order
"""

import torch


def kept_channels(scores, count, multiple=1):
    total = torch.stack(scores).sum(0)
    count = -(-count // multiple) * multiple
    best = total.sort(descending=True, stable=True).indices[:count]
    return best.tolist()
