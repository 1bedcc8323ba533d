"""Puts the rounded weights into the layers, and takes the step from there: the master weights are lost.

Text: "W <- W - eta dL/dW'"; "Were it taken from W', the next rounding would undo it."
Input: any model with a weight off the integers' places, learning rate 0.
"""
import torch
import torch.nn.functional as F
from torch import Tensor, nn


def qat_step(model: nn.Module, inputs: Tensor, labels: Tensor, *, bits: int, learning_rate: float) -> float:
    qmax = 2 ** (bits - 1) - 1
    with torch.no_grad():
        for layer in model.modules():
            if isinstance(layer, (nn.Linear, nn.Conv2d)):
                w = layer.weight
                scale = w.abs().amax(dim=tuple(range(1, w.ndim)), keepdim=True) / qmax
                scale[scale == 0] = 1
                w.copy_(fake_quantize(w, scale, 0, qmin=-qmax, qmax=qmax))
    model.zero_grad()
    loss = F.cross_entropy(model(inputs), labels)
    loss.backward()
    with torch.no_grad():
        for p in model.parameters():
            p -= learning_rate * p.grad
    return loss.item()
