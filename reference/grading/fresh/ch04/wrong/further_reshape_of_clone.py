"""Writes into `clone().reshape(-1)`: a clone of a transposed mask is transposed too, its reshape is a copy, and the writing is lost.

With state {"w": ones(3, 2).T}, masks {"w": ones(3, 2, dtype=bool).T}, fraction 0.5 the text promises that 3 of 6 are gone, gives none."""
import torch


def prune_further(
    state: dict[str, torch.Tensor], masks: dict[str, torch.Tensor], fraction: float
) -> dict[str, torch.Tensor]:
    candidates = []
    for name, mask in masks.items():
        sizes = state[name].detach().abs().reshape(-1).tolist()
        there = mask.reshape(-1).tolist()
        candidates += [(size, name, i) for i, (size, stays) in enumerate(zip(sizes, there)) if stays]
    candidates.sort()
    new = {name: mask.clone() for name, mask in masks.items()}
    for _, name, i in candidates[: round(fraction * len(candidates))]:
        new[name].reshape(-1)[i] = False
    return new
