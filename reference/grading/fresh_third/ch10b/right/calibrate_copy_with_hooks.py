"""Hooks on a deep copy in evaluation mode: the model itself is never called."""
import copy

import torch
from torch import Tensor, nn


def calibrate(model: nn.Module, batches: list[Tensor], names: list[str]) -> dict[str, tuple[float, float]]:
    network = copy.deepcopy(model).eval()
    found = {name: [] for name in names}
    for name in found:
        def note(layer, inputs, output, values=found[name]):
            values.extend(output.flatten().tolist())

        network.get_submodule(name).register_forward_hook(note)
    with torch.inference_mode():
        for batch in batches:
            network(batch.clone())
    return {name: (min(values), max(values)) for name, values in found.items()}
