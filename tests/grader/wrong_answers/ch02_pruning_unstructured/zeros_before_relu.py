"""The outputs are looked at before the ReLU.

loses: zeros_by_input
says: after* the ReLU
"""

import torch


def zero_shares(layer, x):
    with torch.no_grad():
        zeros = (layer(x) == 0).flatten(1)
        return {
            "weight": (layer.weight == 0).double().mean().item(),
            "outputs": zeros.double().mean(1),
            "always": zeros.all(0).double().mean().item(),
        }
