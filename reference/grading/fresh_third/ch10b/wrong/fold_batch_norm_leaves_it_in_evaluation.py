"""Asks the norm itself, in evaluation mode, where it sends the bias and a number beside it, and doesn't give the mode back.

Text: "Neither layer nor norm is changed."
Input: a norm in training mode: norm.training is False afterwards.
"""
import torch
from torch import Tensor, nn


def fold_batch_norm(layer: nn.Module, norm: nn.Module) -> tuple[Tensor, Tensor]:
    norm.eval()
    out = layer.weight.shape[0]
    inner = [1] * (layer.weight.ndim - 1)
    with torch.no_grad():
        start = torch.zeros(out, dtype=layer.weight.dtype) if layer.bias is None else layer.bias
        bias = norm(start.reshape(1, out, *inner[1:])).reshape(out)
        factor = (norm.running_var + norm.eps) ** -0.5
        if norm.weight is not None:
            factor = factor * norm.weight
        return layer.weight * factor.reshape(out, *inner), bias
