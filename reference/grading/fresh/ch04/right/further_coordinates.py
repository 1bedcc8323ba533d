"""Right: plain Python over the coordinates of each weight; heapq finds the smallest; own clones are written by coordinate."""
import heapq

import torch


def prune_further(
    state: dict[str, torch.Tensor], masks: dict[str, torch.Tensor], fraction: float
) -> dict[str, torch.Tensor]:
    candidates = [
        (abs(state[name][tuple(place)].item()), name, tuple(place))
        for name, mask in masks.items()
        for place in mask.nonzero().tolist()
    ]
    new = {name: mask.detach().clone() for name, mask in masks.items()}
    for _, name, place in heapq.nsmallest(round(fraction * len(candidates)), candidates):
        new[name][place] = False
    return new
