"""The sum is gathered in the first layer's scores.

loses: kept_group
says: changes the tensor that `total` is
"""


def kept_channels(scores, count, multiple=1):
    total = scores[0]
    for s in scores[1:]:
        total += s
    n = total.numel()
    count = min(n, -(-count // multiple) * multiple)
    return sorted(total.argsort(descending=True, stable=True)[:count].tolist())
