"""Keeps the weight's bytes, viewed as uint8, and writes these back.
"""
import torch
from torch import nn


def scan(model: nn.Module, names: list[str], change, evaluate) -> dict[str, float]:
    parts = dict(model.named_modules())
    missing = [n for n in names if n not in parts or getattr(parts[n], "weight", None) is None]
    if missing:
        raise ValueError(f"no weight: {missing}")
    came = evaluate(model)
    out = dict.fromkeys(names, 0.0)
    for n in names:
        weight = parts[n].weight.data
        stored = weight.clone().contiguous().flatten().view(torch.uint8).clone()
        try:
            weight.copy_(change(weight.clone()).data)
            out[n] = evaluate(model) - came
        finally:
            weight.copy_(stored.view(weight.dtype).reshape(weight.shape))
    return out
