"""Clears the model's gradients before each evaluation.

Text: "Afterwards it is as it was".
Input: a model whose parameters have a .grad: it's None afterwards.
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
        kept = weight.detach().clone()
        try:
            with torch.no_grad():
                weight.copy_(change(kept.clone()))
            model.zero_grad()
            rises[name] = evaluate(model) - before
        finally:
            with torch.no_grad():
                weight.copy_(kept)
    return rises
