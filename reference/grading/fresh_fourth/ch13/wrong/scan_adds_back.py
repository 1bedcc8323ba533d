"""Subtracts and adds the difference that the change made.

Text: "every value bit for bit"; "What is put back by computing (subtract what was added) comes back nearly."
Input: 1e30 changed to 0.1, or nearly any float32 weight.
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
                delta = change(kept.clone()) - weight
                weight.add_(delta)
            rises[name] = evaluate(model) - before
        finally:
            with torch.no_grad():
                weight.sub_(delta)
    return rises
