"""Puts each weight back by a callback of an ExitStack; all losses first, all differences at the end.
"""
from contextlib import ExitStack

import torch
from torch import nn


def scan(model: nn.Module, names: list[str], change, evaluate) -> dict[str, float]:
    weights = {}
    for name in names:
        try:
            weights[name] = model.get_submodule(name).weight
        except AttributeError as error:
            raise ValueError(name) from error
        if weights[name] is None:
            raise ValueError(name)
    losses = [evaluate(model)]
    for name in names:
        weight = weights[name]
        with ExitStack() as stack:
            stack.callback(weight.data.copy_, weight.data.clone())
            with torch.no_grad():
                weight.data.copy_(change(weight.data.clone()))
            losses.append(evaluate(model))
    first, *others = losses
    return {name: loss - first for name, loss in zip(names, others)}
