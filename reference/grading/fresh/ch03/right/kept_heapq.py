"""Right: heapq.nlargest, which is documented to equal sorted(..., reverse=True)[:n] and so is stable."""
import heapq
import math

import torch


def kept_channels(scores: list[torch.Tensor], count: int, multiple: int = 1) -> list[int]:
    total = torch.stack(list(scores)).sum(dim=0).tolist()
    rounded = math.ceil(count / multiple) * multiple
    return sorted(heapq.nlargest(rounded, range(len(total)), key=total.__getitem__))
