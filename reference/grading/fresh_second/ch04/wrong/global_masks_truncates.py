"""int() instead of round(): the number of removed weights is rounded down.

Text: "Of all n weights, `sparsity * n` are False, rounded to the nearest whole number".
Input: {"w": [[1., 2., 3.]]}, sparsity 0.6: 1.8 should be 2; this gives [[False, True, True]], promised is [[False, False, True]].
"""
import torch


def global_masks(state: dict[str, torch.Tensor], sparsity: float) -> dict[str, torch.Tensor]:
    weights = {name: tensor for name, tensor in state.items() if tensor.dim() >= 2}
    magnitudes = torch.cat([tensor.reshape(-1).abs() for tensor in weights.values()])
    stays = torch.ones_like(magnitudes, dtype=torch.bool)
    stays[torch.argsort(magnitudes)[: int(sparsity * magnitudes.numel())]] = False
    pieces = stays.split([tensor.numel() for tensor in weights.values()])
    return {name: piece.view(weights[name].shape) for name, piece in zip(weights, pieces)}
