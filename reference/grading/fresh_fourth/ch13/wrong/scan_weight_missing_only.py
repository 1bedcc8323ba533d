"""Asks with hasattr: a weight that is None counts as one, and is noticed late, by an AttributeError.

Text: "ValueError: a name is of no layer of the model, or of one whose `weight` is None or missing."
Input: a LayerNorm without affine parameters.
"""
import torch
from torch import nn


def scan(model: nn.Module, names: list[str], change, evaluate) -> dict[str, float]:
    layers = dict(model.named_modules())
    for name in names:
        if name not in layers or not hasattr(layers[name], "weight"):
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
            with torch.no_grad():
                weight.copy_(kept)
    return rises
