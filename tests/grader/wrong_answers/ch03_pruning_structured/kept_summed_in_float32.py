"""Scores of float64 are summed in float32, where those near to each other become equal.

loses: kept_largest
says: are they summed in float32
"""


def kept_channels(scores, count, multiple=1):
    total = sum(each.float() for each in scores).tolist()
    count = min(len(total), -(-count // multiple) * multiple)
    return sorted(sorted(range(len(total)), key=lambda channel: -total[channel])[:count])
