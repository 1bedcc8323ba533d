"""The channels that go, in place of those that stay.

loses: kept_largest
says: a list of the channels that stay
"""

import torch


def kept_channels(scores, count, multiple=1):
    total = torch.stack(scores).sum(0)
    count = -(-count // multiple) * multiple
    best = total.sort(descending=True, stable=True).indices[count:]
    return sorted(best.tolist())
