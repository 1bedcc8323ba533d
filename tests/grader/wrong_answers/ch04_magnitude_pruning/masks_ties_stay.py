"""The k-th smallest is the threshold, and all that equal it stay.

loses: masks_exact
says: the count is what was asked for
"""

import torch


def global_masks(state, sparsity):

    weights = {name: tensor for name, tensor in state.items() if tensor.ndim > 1}
    magnitudes = torch.cat([weight.abs().flatten() for weight in weights.values()]).sort().values
    remove = round(sparsity * len(magnitudes))
    if remove == len(magnitudes):
        return {name: torch.zeros_like(weight, dtype=torch.bool) for name, weight in weights.items()}
    return {name: weight.abs() >= magnitudes[remove] for name, weight in weights.items()}
