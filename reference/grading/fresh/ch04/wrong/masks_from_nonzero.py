"""Zeroes the smallest weights in a copy and takes `!= 0` of it as the mask: weights that were 0 before go too, uncounted.

With state = {"w": [[0., 0., 1., 2.]]}, sparsity 0 the text promises that 0 of 4 are False, gives [[False, False, True, True]]."""
import torch


def global_masks(state: dict[str, torch.Tensor], sparsity: float) -> dict[str, torch.Tensor]:
    names = [n for n, t in state.items() if t.ndim >= 2]
    flat = torch.cat([state[n].detach().flatten() for n in names])
    gone = flat.abs().argsort()[: round(sparsity * flat.numel())]
    flat[gone] = 0
    pieces = (flat != 0).split([state[n].numel() for n in names])
    return {n: piece.view(state[n].shape) for n, piece in zip(names, pieces)}
