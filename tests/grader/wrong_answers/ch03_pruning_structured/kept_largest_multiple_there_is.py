"""Where no multiple is large enough, the largest one below is taken: fewer stay than were asked for.

loses: kept_multiple
says: nothing can go
"""

import torch


def kept_channels(scores, count, multiple=1):
    total = torch.stack(scores).sum(0)
    count = min(-(-count // multiple), max(len(total) // multiple, 1)) * multiple
    best = total.sort(descending=True, stable=True).indices[:count]
    return sorted(best.tolist())
