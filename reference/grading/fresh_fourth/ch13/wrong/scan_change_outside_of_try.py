"""Hands the weight itself to `change` before the `try` begins: a `change` that writes into it and then raises leaves it changed.

Text: "it may write into the tensor that it is given", "So it is too where `change` or `evaluate` raises".
Input: a change that does weight.zero_() and then raises: the weight is 0 afterwards.
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
        with torch.no_grad():
            weight.copy_(change(weight.data))
        try:
            rises[name] = evaluate(model) - before
        finally:
            with torch.no_grad():
                weight.copy_(kept)
    return rises
