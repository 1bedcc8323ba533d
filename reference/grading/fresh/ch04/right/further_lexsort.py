"""Right: np.lexsort with two keys, first those that are there, among them the smallest first; NaN in what is gone can't matter."""
import numpy as np
import torch


def prune_further(
    state: dict[str, torch.Tensor], masks: dict[str, torch.Tensor], fraction: float
) -> dict[str, torch.Tensor]:
    there = np.concatenate([mask.numpy().ravel() for mask in masks.values()])
    size = np.concatenate([state[n].detach().double().numpy().ravel() for n in masks])
    size = np.abs(np.where(there, size, 0.0))
    order = np.lexsort((size, ~there))
    stays = there.copy()
    stays[order[: round(fraction * int(np.count_nonzero(there)))]] = False
    new, start = {}, 0
    for name, mask in masks.items():
        end = start + mask.numel()
        new[name] = torch.tensor(stays[start:end]).view(mask.shape)
        start = end
    return new
