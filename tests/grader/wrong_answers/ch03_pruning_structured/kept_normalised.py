"""Each layer's scores are divided by its largest before they are added.

loses: kept_group
says: is a layer's share scaled
"""


def kept_channels(scores, count, multiple=1):
    total = sum(s / s.max() for s in scores)
    n = total.numel()
    count = min(n, -(-count // multiple) * multiple)
    return sorted(total.argsort(descending=True, stable=True)[:count].tolist())
