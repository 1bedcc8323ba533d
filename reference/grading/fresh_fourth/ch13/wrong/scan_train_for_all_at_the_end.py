"""Calls model.train(...) with the root's mode at the end: parts in another mode lose it.

Text: "Afterwards it is as it was: every value bit for bit, the parameters the same objects, modes, `requires_grad`."
Input: a model in training mode with one part in eval mode: the part is in training mode afterwards.
"""
import torch
from torch import nn


def scan(model: nn.Module, names: list[str], change, evaluate) -> dict[str, float]:
    layers = dict(model.named_modules())
    for name in names:
        if name not in layers or getattr(layers[name], "weight", None) is None:
            raise ValueError(f"no layer with a weight: {name}")
    mode = model.training
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
    model.train(mode)
    return rises
