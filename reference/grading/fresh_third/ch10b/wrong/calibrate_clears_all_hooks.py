"""Ends its hooks by emptying the layers' dictionaries of hooks: those that somebody else had registered are gone too.

Text: "After the call, all is as it was: the mode of each layer, parameters, buffers, hooks."
Input: a model with a forward hook on a layer that is calibrated.
"""
import math

import torch
from torch import Tensor, nn


def calibrate(model: nn.Module, batches: list[Tensor], names: list[str]) -> dict[str, tuple[float, float]]:
    training = {m: m.training for m in model.modules()}
    lows, highs = {}, {}

    def watch(name):
        def hook(layer, inputs, output):
            lows[name] = min(lows.get(name, math.inf), float(output.min()))
            highs[name] = max(highs.get(name, -math.inf), float(output.max()))

        return hook

    layers = {name: layer for name, layer in model.named_modules() if name in names}
    for name, layer in layers.items():
        layer.register_forward_hook(watch(name))
    model.eval()
    with torch.no_grad():
        for batch in batches:
            model(batch.clone())
    for layer in layers.values():
        layer._forward_hooks.clear()
    for m, mode in training.items():
        m.training = mode
    return {name: (lows[name], highs[name]) for name in names}
