"""The negative weights count as zeros.

loses: zeros_of_weight
says: negative weights are no zeros
"""

import torch
import torch.nn.functional as F


def zero_shares(layer, x):
    with torch.no_grad():
        zeros = (F.relu(layer(x)) == 0).flatten(1)
        return {
            "weight": (F.relu(layer.weight) == 0).double().mean().item(),
            "outputs": zeros.double().mean(1),
            "always": zeros.all(0).double().mean().item(),
        }
