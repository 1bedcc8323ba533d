"""A count that is a multiple already is raised to the next one.

loses: kept_multiple, kept_largest
says: a count that is a multiple already
"""

import torch


def kept_channels(scores, count, multiple=1):
    count = count // multiple * multiple + multiple
    best = torch.stack(scores).sum(0).argsort(descending=True, stable=True)[:count]
    return sorted(best.tolist())
