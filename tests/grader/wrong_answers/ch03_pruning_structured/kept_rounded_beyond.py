"""A count that is a multiple already goes up to the next.

loses: kept_multiple
says: needs no rounding
"""

import torch


def kept_channels(scores, count, multiple=1):
    total = torch.stack(scores).sum(0)
    count = (count // multiple + 1) * multiple if multiple > 1 else count
    best = total.sort(descending=True, stable=True).indices[:count]
    return sorted(best.tolist())
