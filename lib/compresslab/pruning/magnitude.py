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

    >>> import torch
    >>> model = nn.Linear(3, 1)
    >>> _ = model.weight.data.copy_(torch.tensor([[-3.0, 1.0, 2.0]]))
    >>> global_magnitude_masks(model, sparsity=1 / 3)
    {'weight': tensor([[ True, False,  True]])}
    """
    return masks_from_scores(magnitude_scores(model), sparsity=sparsity)


def prune_global_magnitude(model: nn.Module, *, sparsity: float) -> nn.Module:
    """A copy of `model` with its smallest weights at zero; see `global_magnitude_masks`.

    >>> model = prune_global_magnitude(nn.Linear(10, 1), sparsity=0.8)
    >>> int((model.weight == 0).sum())
    8
    """
    return apply_masks(model, global_magnitude_masks(model, sparsity=sparsity))


def prune_by_scores(
    model: nn.Module, scores: Scores, *, sparsity: float, scope: Scope = "global", protect: Collection[str] = ()
) -> nn.Module:
    """A copy of `model` whose weights of the smallest scores are zero; see `masks_from_scores`.

    Raises:
        InputError: as `masks_from_scores`, or a score names no weight of the model, or has another shape.

    >>> import torch
    >>> pruned = prune_by_scores(nn.Linear(2, 1), {"weight": torch.tensor([[0.1, 0.9]])}, sparsity=0.5)
    >>> (pruned.weight == 0).tolist()
    [[True, False]]
    """
    return apply_masks(model, masks_from_scores(scores, sparsity=sparsity, scope=scope, protect=protect))
