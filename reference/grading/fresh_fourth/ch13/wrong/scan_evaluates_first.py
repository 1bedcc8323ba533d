"""Evaluates the model as it came before it looks at the names.

Text: "Nothing has been changed or evaluated then."
Input: ["no such layer"]: one call of evaluate.
"""
import torch
from torch import nn


def scan(model: nn.Module, names: list[str], change, evaluate) -> dict[str, float]:
    before = evaluate(model)
    layers = dict(model.named_modules())
    for name in names:
        if name not in layers or getattr(layers[name], "weight", None) is None:
            raise ValueError(f"no layer with a weight: {name}")
    rises = {}
    for name in names:
        weight = layers[name].weight
        kept = weight.detach().clone()
        try:
            with torch.no_grad():
                weight.copy_(change(kept.clone()))
            rises[name] = evaluate(model) - before
        finally:
            with torch.no_grad():
                weight.copy_(kept)
    return rises
