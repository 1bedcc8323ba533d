"""heapq.nsmallest on pairs (negative sum, place): ties are decided by the place; the count is raised in a loop."""
import heapq

import torch


def kept_channels(scores: list[torch.Tensor], count: int, multiple: int = 1) -> list[int]:
    sums = torch.stack(scores).sum(0).tolist()
    while count % multiple and count < len(sums):
        count += 1
    best = heapq.nsmallest(count, ((-value, channel) for channel, value in enumerate(sums)))
    return sorted(channel for _, channel in best)
