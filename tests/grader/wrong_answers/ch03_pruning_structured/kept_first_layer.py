"""Only the first layer is asked; the others of the group are cut as it says.

loses: kept_group
says: one choice for all layers
"""


def kept_channels(scores, count, multiple=1):
    total = scores[0]
    count = -(-count // multiple) * multiple
    best = total.sort(descending=True, stable=True).indices[:count]
    return sorted(best.tolist())
