"""Shares by input and row of the picture: only one dimension is averaged.

loses: zeros_by_input
says: channels, rows and columns
"""

import torch
import torch.nn.functional as F


def zero_shares(layer, x):
    with torch.no_grad():
        zeros = (F.relu(layer(x)) == 0).flatten(1)
        return {
            "weight": (layer.weight == 0).double().mean().item(),
            "outputs": (F.relu(layer(x)) == 0).double().mean(1),
            "always": zeros.all(0).double().mean().item(),
        }
