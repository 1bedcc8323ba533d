"""A small number counts as a zero.

loses: zeros_of_weight, zeros_by_input, zeros_always
says: a zero is exactly 0
"""

import torch
import torch.nn.functional as F


def zero_shares(layer, x):
    with torch.no_grad():
        outputs = F.relu(layer(x))
        zeros = torch.isclose(outputs, torch.zeros_like(outputs)).flatten(1)
        weight = torch.isclose(layer.weight, torch.zeros_like(layer.weight))
        return {
            "weight": weight.double().mean().item(),
            "outputs": zeros.double().mean(1),
            "always": zeros.all(0).double().mean().item(),
        }
