"""Magnitude pruning: the smallest weights go.

References:
    LeCun, Denker and Solla 1989, "Optimal Brain Damage" (what pruning by saliency is; magnitude is its cheap stand-in).
    Han et al. 2015, "Learning both Weights and Connections for Efficient Neural Networks".
"""

from collections.abc import Collection

from torch import Tensor, nn

from compresslab.pruning.importance import magnitude_scores
from compresslab.pruning.masks import apply_masks
from compresslab.pruning.scopes import Scope, Scores, masks_from_scores


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
    return masks_from_scores(magnitude_scores(model), sparsity=sparsity)


def prune_global_magnitude(model: nn.Module, *, sparsity: float) -> nn.Module:
    """A copy of `model` with its smallest weights at zero; see `global_magnitude_masks`."""
    return apply_masks(model, global_magnitude_masks(model, sparsity=sparsity))


def prune_by_scores(
    model: nn.Module, scores: Scores, *, sparsity: float, scope: Scope = "global", protect: Collection[str] = ()
) -> nn.Module:
    """A copy of `model` whose weights of the smallest scores are zero; see `masks_from_scores`.

    Raises:
        InputError: as `masks_from_scores`, or a score names no weight of the model, or has another shape.
    """
    return apply_masks(model, masks_from_scores(scores, sparsity=sparsity, scope=scope, protect=protect))
