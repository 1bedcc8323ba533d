"""Doesn't evaluate where the change leaves the weight as it is: the rise is 0 anyway.

Text: "It is called `len(names) + 1` times".
Input: a change that gives its argument back: one call; promised are len(names) + 1.
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
            new = change(kept.clone())
            if torch.equal(new, kept):
                rises[name] = 0.0
                continue
            with torch.no_grad():
                weight.copy_(new)
            rises[name] = evaluate(model) - before
        finally:
            with torch.no_grad():
                weight.copy_(kept)
    return rises
