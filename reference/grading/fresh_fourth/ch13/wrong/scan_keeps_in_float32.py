"""Keeps the weights as lists of float32 numbers: float64 comes back rounded.

Text: "of any layers and floating-point dtypes", "every value bit for bit".
Input: a float64 model.
"""
import torch
from torch import nn


def scan(model: nn.Module, names: list[str], change, evaluate) -> dict[str, float]:
    layers = dict(model.named_modules())
    for name in names:
        if name not in layers or getattr(layers[name], "weight", None) is None:
            raise ValueError(f"no layer with a weight: {name}")
    before = evaluate(model)
    rises = {}
    for name in names:
        weight = layers[name].weight
        kept = weight.detach().float().clone()
        try:
            with torch.no_grad():
                weight.copy_(change(weight.detach().clone()))
            rises[name] = evaluate(model) - before
        finally:
            with torch.no_grad():
                weight.copy_(kept)
    return rises
