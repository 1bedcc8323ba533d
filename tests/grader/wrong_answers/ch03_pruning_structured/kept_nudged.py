"""Ties are broken by a small number that grows with the channel, and outweighs small differences.

loses: kept_largest
says: moved a little
"""

import torch


def kept_channels(scores, count, multiple=1):
    total = torch.stack(scores).sum(0)
    total = total.double() - 1e-5 * torch.arange(len(total))
    count = min(len(total), (count + multiple - 1) // multiple * multiple)
    return sorted(total.argsort(descending=True)[:count].tolist())
