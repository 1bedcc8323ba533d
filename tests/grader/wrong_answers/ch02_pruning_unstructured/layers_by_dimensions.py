"""Whatever has two or more dimensions is taken for a weight: an embedding, too.

loses: layers_named
says: an embedding doesn't
"""

import torch


def magnitude_mask(weight, sparsity):
    if not 0 <= sparsity <= 1:
        raise ValueError("no share")
    magnitudes = weight.abs().flatten().tolist()
    order = sorted(range(len(magnitudes)), key=magnitudes.__getitem__)
    mask = torch.ones(len(magnitudes), dtype=torch.bool)
    mask[order[: round(sparsity * len(magnitudes))]] = False
    return mask.reshape(weight.shape)


def layer_masks(model, sparsity):
    return {
        name: magnitude_mask(parameter, sparsity) for name, parameter in model.named_parameters() if parameter.ndim > 1
    }
