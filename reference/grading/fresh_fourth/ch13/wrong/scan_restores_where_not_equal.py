"""Puts a weight back only if torch.equal sees a difference: -0.0 and 0.0 are equal to it.

Text: "Afterwards it is as it was: every value bit for bit".
Input: a weight [-0.0, 1.0] and a change by relu: it is [0.0, 1.0] afterwards.
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
            rises[name] = evaluate(model) - before
        finally:
            if not torch.equal(weight, kept):
                with torch.no_grad():
                    weight.copy_(kept)
    return rises
