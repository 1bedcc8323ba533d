"""`nonzero` gives a row for each channel, and the rows are returned.

loses: kept_largest, kept_group
says: a list of the channels that stay
"""

import torch


def kept_channels(scores, count, multiple=1):
    total = torch.stack(scores).sum(0)
    count = -(-count // multiple) * multiple
    mask = torch.zeros(len(total), dtype=torch.bool)
    mask[total.sort(descending=True, stable=True).indices[:count]] = True
    return mask.nonzero().tolist()
