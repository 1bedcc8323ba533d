"""A layer without a bias gets the norm's bias alone; the running mean is subtracted only where there is a bias.

Text: "b' = (b - mu) gamma / sqrt(sigma^2 + eps) + beta"; "with or without a bias".
Input: nn.Linear(2, 2, bias=False) and a norm with a running mean that isn't 0.
"""
import torch
from torch import Tensor, nn


def fold_batch_norm(layer: nn.Module, norm: nn.Module) -> tuple[Tensor, Tensor]:
    with torch.no_grad():
        factor = 1 / torch.sqrt(norm.running_var + norm.eps)
        bias = torch.zeros_like(factor)
        if norm.affine:
            factor = factor * norm.weight
            bias = norm.bias.clone()
        if layer.bias is not None:
            bias = bias + (layer.bias - norm.running_mean) * factor
        weight = layer.weight * factor.reshape(-1, *[1] * (layer.weight.ndim - 1))
    return weight, bias
