"""A list of tensors without dimensions.

loses: kept_largest, kept_group, kept_multiple
says: each a Python int
"""

import torch


def kept_channels(scores, count, multiple=1):
    total = torch.stack(scores).sum(0)
    count = -(-count // multiple) * multiple
    best = total.sort(descending=True, stable=True).indices[:count]
    return list(best.sort().values)
