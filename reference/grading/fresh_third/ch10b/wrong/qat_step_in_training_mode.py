"""Begins with model.train(), "since this is training": layers that were frozen in evaluation mode use and change their statistics, and stay so.

Text: "Each layer stays in its mode."
Input: a model with batch-norm in evaluation mode.
"""
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.func import functional_call


def qat_step(model: nn.Module, inputs: Tensor, labels: Tensor, *, bits: int, learning_rate: float) -> float:
    model.train()
    qmax = 2 ** (bits - 1) - 1
    rounded = {}
    for name, layer in model.named_modules():
        if isinstance(layer, nn.Linear | nn.Conv2d):
            w = layer.weight
            scale = w.detach().abs().amax(dim=tuple(range(1, w.dim())), keepdim=True) / qmax
            scale = torch.where(scale == 0, torch.ones_like(scale), scale)
            rounded[(name + ".weight").lstrip(".")] = fake_quantize(w, scale, 0, qmin=-qmax, qmax=qmax)
    loss = F.cross_entropy(functional_call(model, rounded, (inputs,)), labels)
    model.zero_grad()
    loss.backward()
    with torch.no_grad():
        for p in model.parameters():
            p -= learning_rate * p.grad
    return loss.item()
