"""Each layer of the group chooses for itself: the lists don't fit each other across the sum.

loses: kept_group
says: one choice for all layers
"""


def kept_channels(scores, count, multiple=1):
    count = -(-count // multiple) * multiple
    each = [sorted(score.sort(descending=True, stable=True).indices[:count].tolist()) for score in scores]
    return each[0] if len(each) == 1 else each
