"""Biases are rounded too.

loses: qat_loss
says: biases are not rounded
"""

# ruff: noqa: F821  (fake_quantize is the solution's)

import torch
import torch.nn.functional as F
from torch import nn


def qat_step(model, inputs, labels, *, bits, learning_rate):
    qmax = 2 ** (bits - 1) - 1
    rounded = {}
    for name, layer in model.named_modules():
        if isinstance(layer, nn.Linear | nn.Conv2d):
            weight = layer.weight
            largest = weight.detach().abs().flatten(1).amax(1)
            scale = torch.where(largest == 0, 1.0, largest / qmax).to(weight.dtype)
            scale = scale.reshape(-1, *[1] * (weight.ndim - 1))
            key = f"{name}.weight" if name else "weight"
            rounded[key] = fake_quantize(weight, scale, 0, qmin=-qmax, qmax=qmax)
    for key, p in model.named_parameters():
        if p.ndim == 1 and key.endswith("bias"):
            s = (p.detach().abs().max() / qmax).clamp_min(1e-12)
            rounded[key] = fake_quantize(p, s, 0, qmin=-qmax, qmax=qmax)
    loss = F.cross_entropy(torch.func.functional_call(model, rounded, (inputs,)), labels)
    parameters = list(model.parameters())
    gradients = torch.autograd.grad(loss, parameters)
    with torch.no_grad():
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter -= learning_rate * gradient
    return loss.item()
