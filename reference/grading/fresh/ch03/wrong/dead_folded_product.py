"""Folds batch-norm into the weights and asks whether the products are zero: in float32 small weight times small scale underflows.

With a weight 1e-25, scale 1e-25, shift 0 and new statistics the text promises [] ("however small its weights, its scale"), gives [0]."""
import torch
from torch import nn


def dead_channels(conv: nn.Conv2d, bn: nn.BatchNorm2d) -> list[int]:
    with torch.no_grad():
        scale = bn.weight / torch.sqrt(bn.running_var + bn.eps)
        bias = conv.bias if conv.bias is not None else torch.zeros_like(bn.running_mean)
        weight = conv.weight * scale.view(-1, 1, 1, 1)
        shift = (bias - bn.running_mean) * scale + bn.bias
        silent = (weight.flatten(1) == 0).all(1)
        return torch.where(silent & (shift <= 0))[0].tolist()
