"""Rounded down to a multiple.

loses: kept_multiple
says: rounded down
"""

import torch


def kept_channels(scores, count, multiple=1):
    total = torch.stack(scores).sum(0)
    count = max(count // multiple * multiple, 1)
    best = total.sort(descending=True, stable=True).indices[:count]
    return sorted(best.tolist())
