"""Right: exact fractions, parameters by their id, a recursion over the children."""
from fractions import Fraction

import torch
from torch import nn


def model_sparsity(model: nn.Module) -> dict[str, float]:
    everything, weights = {}, {}

    def visit(module):
        for name, parameter in module.named_parameters(recurse=False):
            everything[id(parameter)] = parameter
            if name == "weight" and isinstance(module, nn.Linear | nn.Conv2d):
                weights[id(parameter)] = parameter
        for child in module.children():
            visit(child)

    def share(parameters):
        size = sum(parameter.numel() for parameter in parameters)
        full = sum(torch.count_nonzero(parameter).item() for parameter in parameters)
        return float(Fraction(size - full, size)) if size else 0.0

    visit(model)
    return dict(weights=share(weights.values()), model=share(everything.values()))
