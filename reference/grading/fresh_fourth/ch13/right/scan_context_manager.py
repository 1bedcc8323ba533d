"""A context manager that lends the weight out.
"""
import contextlib

import torch
from torch import nn


@contextlib.contextmanager
def _changed(weight, change):
    kept = weight.detach().clone()
    try:
        with torch.no_grad():
            weight.copy_(change(kept.clone()))
        yield
    finally:
        weight.data.copy_(kept)


def scan(model: nn.Module, names: list[str], change, evaluate) -> dict[str, float]:
    modules = {name: module for name, module in model.named_modules()}
    for name in names:
        if name not in modules or getattr(modules[name], "weight", None) is None:
            raise ValueError(f"{name!r}")
    base = evaluate(model)
    rises = {}
    for name in names:
        with _changed(modules[name].weight, change):
            rises[name] = evaluate(model) - base
    return rises
