"""N:M sparsity: n of every m consecutive weights stay, a pattern that hardware can skip.

In 2:4, which NVIDIA's tensor cores multiply at up to twice the speed, two of every four weights along the input
dimension are zero; two bits each say where the others stood.

Reference: Mishra et al. 2021, "Accelerating Sparse Deep Neural Networks".
"""

from collections.abc import Collection

import torch
from torch import Tensor, nn

from compresslab.arguments import whole
from compresslab.errors import InputError
from compresslab.pruning.importance import magnitude_scores
from compresslab.pruning.masks import apply_masks
from compresslab.pruning.scopes import Scores, require_names


def n_m_masks(scores: Scores, *, n: int = 2, m: int = 4) -> dict[str, Tensor]:
    """Masks that keep the n largest scores of every m consecutive inputs; of equal scores the first stay.

    Args:
        scores: of shape (out, in) or (out, in, kernel...), with `in` a multiple of m; larger means keep. Give
            magnitudes, not weights. In a kernel each position has runs of its own.
        n, m: how many stay, of how many.

    Raises:
        InputError: n is not from 1 to m, a layer's inputs do not divide into runs of m, or a score is NaN.

    >>> n_m_masks({"weight": torch.tensor([[4.0, 1.0, 3.0, 2.0]])}, n=2, m=4)
    {'weight': tensor([[ True, False,  True, False]])}
    """
    whole(m=m)
    whole(1, m, f"so many of every m={m} weights stay", n=n)
    masks = {}
    for name, score in scores.items():
        if score.ndim < 2 or score.shape[1] % m:
            raise InputError(
                f"the inputs of {name!r}, of shape {tuple(score.shape)}, don't divide into runs of m={m}: skip it."
            )
        if score.isnan().any():
            raise InputError(f"the score of {name!r} contains NaN: it says nothing about what to keep.")
        runs = score.detach().movedim(1, -1).unflatten(-1, (-1, m))
        largest = runs.argsort(dim=-1, descending=True, stable=True)[..., :n]
        keep = torch.zeros_like(runs, dtype=torch.bool).scatter(-1, largest, True)
        masks[name] = keep.flatten(-2).movedim(-1, 1).contiguous()
    return masks


def prune_n_m(model: nn.Module, *, n: int = 2, m: int = 4, skip: Collection[str] = ()) -> nn.Module:
    """A copy of `model` in which only the n largest weights of every m consecutive inputs are not zero.

    Args:
        model: not modified.
        n, m: how many stay, of how many.
        skip: names of weights to leave dense, such as a first convolution of three channels.

    Raises:
        InputError: as `n_m_masks`, naming the layer to skip, or `skip` names no weight.

    >>> (prune_n_m(nn.Linear(8, 3), n=2, m=4).weight != 0).sum(dim=1)
    tensor([4, 4, 4])
    """
    scores = magnitude_scores(model)
    require_names(skip, scores, argument="skip")
    for path, module in model.named_modules():
        name = f"{path}.weight" if path else "weight"
        if getattr(module, "transposed", False) and name in scores and name not in skip:
            raise InputError(f"{name!r} is of a transposed convolution, whose inputs are its rows: add it to skip.")
    return apply_masks(model, n_m_masks({name: s for name, s in scores.items() if name not in skip}, n=n, m=m))
