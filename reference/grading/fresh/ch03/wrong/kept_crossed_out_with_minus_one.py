"""Picks the best one by one and crosses it out with -1, as if no score could be smaller.

With scores = [tensor([-5., -3., -4.])], count=2 the text promises [1, 2], gives [1] (channel 1 wins again at -1)."""
import torch


def kept_channels(scores: list[torch.Tensor], count: int, multiple: int = 1) -> list[int]:
    total = sum(scores).clone()
    count = min((count + multiple - 1) // multiple * multiple, len(total))
    stay = set()
    for _ in range(count):
        best = int((total == total.max()).nonzero()[0])
        stay.add(best)
        total[best] = -1.0
    return sorted(stay)
