"""Calls backward() without clearing what hangs on the parameters: gradients of an earlier run are added.

Text: "Gradients of an earlier run may hang on the parameters, and must not count".
Input: a model whose parameters have p.grad = ones.
"""
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.func import functional_call


def qat_step(model: nn.Module, inputs: Tensor, labels: Tensor, *, bits: int, learning_rate: float) -> float:
    qmax = 2 ** (bits - 1) - 1
    rounded = {}
    for name, layer in model.named_modules():
        if isinstance(layer, (nn.Linear, nn.Conv2d)):
            w = layer.weight
            largest = w.detach().abs().flatten(1).amax(1).reshape(-1, *[1] * (w.ndim - 1))
            scale = torch.where(largest > 0, largest / qmax, torch.ones_like(largest))
            key = f"{name}.weight" if name else "weight"
            rounded[key] = fake_quantize(w, scale, 0, qmin=-qmax, qmax=qmax)
    loss = F.cross_entropy(functional_call(model, rounded, (inputs,)), labels)
    loss.backward()
    with torch.no_grad():
        for p in model.parameters():
            p.sub_(learning_rate * p.grad)
    return float(loss.detach())
