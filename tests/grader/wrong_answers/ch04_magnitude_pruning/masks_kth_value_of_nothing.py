"""kthvalue counts from 1, so that a sparsity of 0 raises; and ties go together.

loses: masks_exact
says: the count is what was asked for
"""

import torch


def global_masks(state, sparsity):

    weights = {name: tensor for name, tensor in state.items() if tensor.ndim > 1}
    magnitudes = torch.cat([weight.abs().flatten() for weight in weights.values()])
    threshold = magnitudes.kthvalue(round(sparsity * len(magnitudes))).values
    return {name: weight.abs() > threshold for name, weight in weights.items()}
