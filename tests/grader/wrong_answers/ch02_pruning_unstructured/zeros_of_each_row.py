"""A linear layer's outputs are averaged over the features alone, row by row.

loses: zeros_by_input
says: one share for each *input*
"""

import torch.nn.functional as F


def zero_shares(layer, x):
    zeros = (F.relu(layer(x)) == 0).double()
    axes = -1 if layer.weight.ndim == 2 else (1, 2, 3)
    return {
        "weight": (layer.weight == 0).double().mean().item(),
        "outputs": zeros.mean(axes),
        "always": zeros.amin(0).mean().item(),
    }
