"""All scores from the last kept one on: ties make it more than were asked for.

loses: kept_largest
says: earlier channels stay
"""

import torch


def kept_channels(scores, count, multiple=1):
    total = torch.stack(scores).sum(0)
    count = min(-(-count // multiple) * multiple, len(total))
    threshold = total.sort(descending=True).values[count - 1]
    return [channel for channel, score in enumerate(total.tolist()) if score >= threshold]
