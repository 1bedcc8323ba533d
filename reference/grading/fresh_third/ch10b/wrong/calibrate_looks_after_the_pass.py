"""The hooks keep the outputs in a list, and their ranges are taken after the pass. By then the next layer may have written into them.

Text: "the smallest and the largest value that the layer gave"; "A later layer may write into this one's output".
Input: nn.Sequential(nn.Linear(2, 2), nn.ReLU(inplace=True)), names ["0"]: the smallest value is 0.
"""
import math

import torch
from torch import Tensor, nn


def calibrate(model: nn.Module, batches: list[Tensor], names: list[str]) -> dict[str, tuple[float, float]]:
    modes = [(m, m.training) for m in model.modules()]
    outputs = {name: [] for name in names}
    handles = []
    for name in names:
        keep = outputs[name].append
        handles.append(model.get_submodule(name).register_forward_hook(lambda layer, inputs, out, keep=keep: keep(out)))
    ranges = {name: (math.inf, -math.inf) for name in names}
    model.eval()
    with torch.no_grad():
        for batch in batches:
            model(batch.clone())
            for name, found in outputs.items():
                for out in found:
                    low, high = ranges[name]
                    ranges[name] = (min(low, out.min().item()), max(high, out.max().item()))
                found.clear()
    for handle in handles:
        handle.remove()
    for m, training in modes:
        m.training = training
    return ranges
