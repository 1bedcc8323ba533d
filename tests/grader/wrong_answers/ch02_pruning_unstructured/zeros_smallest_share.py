"""The least share of any input stands for the places that they have in common.

loses: zeros_always
says: a place counts if all inputs agree
"""

import torch
import torch.nn.functional as F


def zero_shares(layer, x):
    with torch.no_grad():
        zeros = (F.relu(layer(x)) == 0).flatten(1)
        return {
            "weight": (layer.weight == 0).double().mean().item(),
            "outputs": zeros.double().mean(1),
            "always": zeros.double().mean(1).min().item(),
        }
