"""In float64, with an einsum over the output channel; what is missing stands for 1 or 0."""
import torch
from torch import Tensor, nn


def fold_batch_norm(layer: nn.Module, norm: nn.Module) -> tuple[Tensor, Tensor]:
    def of(value: Tensor | None, otherwise: float) -> Tensor:
        if value is None:
            return torch.full((norm.num_features,), otherwise, dtype=torch.float64)
        return value.detach().double()

    factor = of(norm.weight, 1.0) / (norm.running_var.double() + norm.eps).sqrt()
    weight = torch.einsum("o...,o->o...", layer.weight.detach().double(), factor)
    bias = (of(layer.bias, 0.0) - norm.running_mean.double()) * factor + of(norm.bias, 0.0)
    return weight.to(layer.weight.dtype), bias.to(layer.weight.dtype)
