"""Swaps the memory behind the parameter, and hangs the old one back: the bits never move.
"""
from torch import nn


def scan(model: nn.Module, names: list[str], change, evaluate) -> dict[str, float]:
    layers = dict(model.named_modules())
    chosen = []
    for name in names:
        weight = getattr(layers.get(name), "weight", None)
        if weight is None:
            raise ValueError(name)
        chosen.append((name, weight))
    reference = evaluate(model)
    answer = {}
    for name, weight in chosen:
        old = weight.data
        try:
            weight.data = change(old.clone()).detach().clone()
            answer[name] = evaluate(model) - reference
        finally:
            weight.data = old
    return answer
