"""Keeps one range for each layer and pass: when a layer is called twice, the second call overwrites the first.

Text: "Each is called once or more in a pass."
Input: nn.Sequential(layer, nn.ReLU(), layer) with names ["0"].
"""
import torch
from torch import Tensor, nn


def calibrate(model: nn.Module, batches: list[Tensor], names: list[str]) -> dict[str, tuple[float, float]]:
    modes = [(m, m.training) for m in model.modules()]
    seen: dict[str, tuple[float, float]] = {}
    handles = []
    for name in names:
        def hook(layer, inputs, output, name=name):
            seen[name] = (output.min().item(), output.max().item())

        handles.append(model.get_submodule(name).register_forward_hook(hook))
    passes = []
    try:
        model.eval()
        with torch.no_grad():
            for batch in batches:
                model(batch.clone())
                passes.append(dict(seen))
    finally:
        for handle in handles:
            handle.remove()
        for m, mode in modes:
            m.training = mode
    return {name: (min(p[name][0] for p in passes), max(p[name][1] for p in passes)) for name in names}
