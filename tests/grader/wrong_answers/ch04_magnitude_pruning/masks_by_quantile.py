"""torch.quantile: it interpolates, ties go together, and up to torch 2.13 it refuses more than 16 million elements.

loses: masks_exact
says: the count is what was asked for
"""

import torch


def global_masks(state, sparsity):

    weights = {name: tensor for name, tensor in state.items() if tensor.ndim > 1}
    threshold = torch.quantile(torch.cat([weight.abs().float().flatten() for weight in weights.values()]), sparsity)
    return {name: weight.abs() > threshold for name, weight in weights.items()}
