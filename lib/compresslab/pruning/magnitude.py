"""Global magnitude pruning: the smallest weights of the whole network go, wherever they are.

References:
    LeCun, Denker and Solla 1989, "Optimal Brain Damage" (what pruning by saliency is; magnitude is its cheap stand-in).
    Han et al. 2015, "Learning both Weights and Connections for Efficient Neural Networks".
"""

import torch
from torch import Tensor, nn

from compresslab.cost import prunable_weights
from compresslab.errors import InputError
from compresslab.pruning.masks import apply_masks


def global_magnitude_masks(model: nn.Module, *, sparsity: float) -> dict[str, Tensor]:
    """Masks that keep the largest weights by absolute value over all convolution and linear layers.

    Exactly `round(sparsity * number of weights)` weights are masked. Among equal magnitudes those that come
    first in the model go first. Weights that are already zero are the smallest, so they are counted, not
    added to: pruning a 50% sparse model to 80% masks another 30%.

    Args:
        model: not modified.
        sparsity: share of the weights to mask, 0 to 1.

    Returns:
        A bool tensor for each weight: True where it stays.

    Raises:
        InputError: `sparsity` is not between 0 and 1, the model has no such layer, or a weight is NaN.
    """
    if not 0 <= sparsity <= 1:
        raise InputError(f"sparsity={sparsity} is not between 0 and 1: it is the share of weights to remove.")
    weights = {name: weight.detach() for name, weight in prunable_weights(model)}
    if not weights:
        raise InputError(f"this {type(model).__name__} has no convolution or linear layer to prune.")
    for name, weight in weights.items():
        if weight.isnan().any():
            raise InputError(f"the weight {name!r} contains NaN: its magnitude says nothing.")
    magnitudes = torch.cat([weight.abs().flatten() for weight in weights.values()])
    remove = round(sparsity * len(magnitudes))
    if remove == 0:
        return {name: torch.ones_like(weight, dtype=torch.bool) for name, weight in weights.items()}
    # kthvalue, because torch.quantile refused more than 16 million elements up to torch 2.13.
    threshold = magnitudes.kthvalue(remove).values
    ties_to_remove = remove - int((magnitudes < threshold).sum())
    masks = {}
    for name, weight in weights.items():
        magnitude = weight.abs().flatten()
        keep = magnitude > threshold
        ties = (magnitude == threshold).nonzero().squeeze(1)
        keep[ties[ties_to_remove:]] = True
        ties_to_remove = max(0, ties_to_remove - len(ties))
        masks[name] = keep.view(weight.shape)
    return masks


def prune_global_magnitude(model: nn.Module, *, sparsity: float) -> nn.Module:
    """A copy of `model` with its smallest weights at zero; see `global_magnitude_masks`."""
    return apply_masks(model, global_magnitude_masks(model, sparsity=sparsity))
