"""Adds epsilon to the deviation, outside of the root.

Text: "gamma / sqrt(sigma^2 + eps)"; "A variance may be 0".
Input: variance 0, eps 1e-5: the factor is 1e5; promised: about 316.
"""
import torch
from torch import Tensor, nn


def fold_batch_norm(layer: nn.Module, norm: nn.Module) -> tuple[Tensor, Tensor]:
    w = layer.weight.detach()
    gamma = torch.ones_like(norm.running_var) if norm.weight is None else norm.weight.detach()
    beta = torch.zeros_like(norm.running_var) if norm.bias is None else norm.bias.detach()
    b = torch.zeros_like(norm.running_var) if layer.bias is None else layer.bias.detach()
    factor = gamma / (norm.running_var.sqrt() + norm.eps)
    return (w.flatten(1) * factor[:, None]).reshape(w.shape), (b - norm.running_mean) * factor + beta
