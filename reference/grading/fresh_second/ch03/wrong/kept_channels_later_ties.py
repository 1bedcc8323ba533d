"""A stable sort upwards, of which it takes the end: of equal sums the LATER channels stay.

Text: "Of equal sums, those of earlier channels stay".
Input: scores = [[1., 1., 1., 1.]], count = 2 gives [2, 3]; promised is [0, 1].
"""
import math

import torch


def kept_channels(scores: list[torch.Tensor], count: int, multiple: int = 1) -> list[int]:
    total = torch.stack(scores).sum(0).tolist()
    number = min(math.ceil(count / multiple) * multiple, len(total))
    ascending = sorted(range(len(total)), key=lambda channel: total[channel])
    return sorted(ascending[len(total) - number :])
