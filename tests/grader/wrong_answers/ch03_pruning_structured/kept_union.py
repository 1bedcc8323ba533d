"""Whatever any layer wants to keep stays: more than were asked for.

loses: kept_group
says: one choice for all layers
"""


def kept_channels(scores, count, multiple=1):
    count = -(-count // multiple) * multiple
    wanted = set()
    for score in scores:
        wanted |= set(score.sort(descending=True, stable=True).indices[:count].tolist())
    return sorted(wanted)
