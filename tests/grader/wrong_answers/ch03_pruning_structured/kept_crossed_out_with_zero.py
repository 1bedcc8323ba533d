"""The best channel is taken and its score set to 0, as if none could be lower.

loses: kept_largest
says: scores may be negative
"""


def kept_channels(scores, count, multiple=1):
    total = [sum(values) for values in zip(*(each.tolist() for each in scores), strict=True)]
    count = min(len(total), -(-count // multiple) * multiple)
    kept = []
    for _ in range(count):
        best = max(range(len(total)), key=total.__getitem__)
        kept.append(best)
        total[best] = 0.0
    return sorted(kept)
