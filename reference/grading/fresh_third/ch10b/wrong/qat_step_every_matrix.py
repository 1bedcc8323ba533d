"""Rounds every parameter of two dimensions or more: an embedding's and a one-dimensional convolution's weight too.

Text: "of the weight (not the bias) of every `nn.Linear` and `nn.Conv2d` ... Nothing else is."
Input: a model with an nn.Embedding or an nn.Conv1d.
"""
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.func import functional_call


def qat_step(model: nn.Module, inputs: Tensor, labels: Tensor, *, bits: int, learning_rate: float) -> float:
    qmax = 2 ** (bits - 1) - 1
    parameters = dict(model.named_parameters())
    used = {}
    for name, p in parameters.items():
        used[name] = p
        if p.ndim >= 2:
            scale = p.detach().abs().amax(dim=tuple(range(1, p.ndim)), keepdim=True) / qmax
            scale = scale.masked_fill(scale == 0, 1.0)
            used[name] = fake_quantize(p, scale, 0, qmin=-qmax, qmax=qmax)
    loss = F.cross_entropy(functional_call(model, used, (inputs,)), labels)
    gradients = torch.autograd.grad(loss, list(parameters.values()))
    with torch.no_grad():
        for p, gradient in zip(parameters.values(), gradients):
            p -= learning_rate * gradient
    return loss.item()
