"""Breaks ties with a small number that grows with the position, which outweighs small magnitudes.

With weight=torch.tensor([3e-10, 1e-10]), sparsity=0.5 the text promises [True, False] (the second is smaller);
gives [False, True] (3e-10 against 1e-10 + 1e-9).
"""
import torch


def magnitude_mask(weight: torch.Tensor, sparsity: float) -> torch.Tensor:
    if not 0 <= sparsity <= 1:
        raise ValueError("sparsity must be from 0 to 1")
    flat = weight.detach().double().abs().reshape(-1)
    score = flat + 1e-9 * torch.arange(flat.numel(), dtype=torch.float64)
    count = round(sparsity * flat.numel())
    pruned = torch.topk(score, count, largest=False).indices
    mask = torch.ones(flat.numel(), dtype=torch.bool)
    mask[pruned] = False
    return mask.reshape(weight.shape)
