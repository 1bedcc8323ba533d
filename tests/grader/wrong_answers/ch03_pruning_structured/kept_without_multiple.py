"""multiple isn't used.

loses: kept_multiple
says: is `multiple` used
"""

import torch


def kept_channels(scores, count, multiple=1):
    total = torch.stack(scores).sum(0)
    best = total.sort(descending=True, stable=True).indices[:count]
    return sorted(best.tolist())
