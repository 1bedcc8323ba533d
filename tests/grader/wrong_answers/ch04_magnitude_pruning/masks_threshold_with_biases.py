"""The threshold is taken over all tensors, biases and batch-norm included; only weights are masked.

loses: masks_weights_only
says: do the biases take part in the threshold
"""

import torch


def global_masks(state, sparsity):

    values = torch.cat([tensor.abs().double().flatten() for tensor in state.values()])
    remove = round(sparsity * len(values))
    threshold = values.sort().values[remove - 1] if remove else -1.0
    return {name: tensor.abs() > threshold for name, tensor in state.items() if tensor.ndim > 1}
