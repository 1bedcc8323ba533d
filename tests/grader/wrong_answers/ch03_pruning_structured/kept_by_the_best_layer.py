"""The largest score of any layer decides, not their sum.

loses: kept_group
says: by the sum of their scores
"""

import torch


def kept_channels(scores, count, multiple=1):
    total = torch.stack(scores).amax(0)
    count = -(-count // multiple) * multiple
    best = total.sort(descending=True, stable=True).indices[:count]
    return sorted(best.tolist())
