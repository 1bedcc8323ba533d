"""Masks: which weights stay (True) and which are held at zero (False)."""

import copy
from collections.abc import Callable, Iterator, Mapping

import torch
from torch import Tensor, nn

from compresslab.cost import prunable_weights
from compresslab.errors import InputError
from compresslab.hidden_weights import require_plain_parameters

Masks = Mapping[str, Tensor]
"""From a weight's name, as in `state_dict`, to a bool tensor of its shape: True where the weight stays."""


def masks_of_zeros(model: nn.Module) -> dict[str, Tensor]:
    """The masks that a pruned model's own zeros make, over convolution and linear weights.

    >>> pruned = apply_masks(nn.Linear(2, 1), {"weight": torch.tensor([[True, False]])})
    >>> masks_of_zeros(pruned)
    {'weight': tensor([[ True, False]])}
    """
    return {name: weight.detach() != 0 for name, weight in prunable_weights(model)}


def apply_masks(model: nn.Module, masks: Masks) -> nn.Module:
    """A copy of `model` whose masked weights are zero.

    Raises:
        InputError: a mask names no parameter of the model, or has another shape, or the model computes parameters
            from others (see `make_permanent`).

    >>> apply_masks(nn.Linear(2, 1), {"weight": torch.tensor([[True, False]])}).weight[0, 1].item()
    0.0
    """
    require_plain_parameters(model, purpose="pruning")
    pruned = copy.deepcopy(model)
    keep_masked(masks)(pruned)
    return pruned


def keep_masked(masks: Masks) -> Callable[[nn.Module], None]:
    """A function that sets the masked weights of a model to zero, to be called after every optimizer step.

    Masking the gradient alone would not do: momentum remembers gradients from before the pruning, so an optimizer
    moves weights whose gradient is zero. (Weight decay needs no gradient either, but a zero decays to zero.)

    Returns:
        Modifies the model that it is called with; raises an `InputError` where a mask does not fit it.

    >>> model = nn.Linear(2, 1)
    >>> reapply = keep_masked({"weight": torch.tensor([[True, False]])})
    >>> reapply(model)  # such as `fit(..., after_step=reapply)` does
    >>> model.weight[0, 1].item()
    0.0
    """

    def reapply(model: nn.Module) -> None:
        for weight, mask in masked_parameters(model, masks):
            with torch.no_grad():
                # Not a product: NaN or infinity times zero is NaN, and minus zero is no tidy zero.
                weight.masked_fill_(~mask.to(weight.device), 0.0)

    return reapply


def masked_parameters(model: nn.Module, masks: Masks) -> Iterator[tuple[nn.Parameter, Tensor]]:
    """The parameter that each mask names, with the mask, or an `InputError` where they do not fit.

    >>> masks = {"weight": torch.tensor([[True, False]])}
    >>> [(tuple(weight.shape), mask.tolist()) for weight, mask in masked_parameters(nn.Linear(2, 1), masks)]
    [((1, 2), [[True, False]])]
    """
    parameters = dict(model.named_parameters(remove_duplicate=False))  # a shared one under each of its names
    for name, mask in masks.items():
        if name not in parameters:
            raise InputError(f"the mask {name!r} names no parameter of this {type(model).__name__}.")
        if parameters[name].shape != mask.shape:
            raise InputError(
                f"the mask {name!r} has shape {tuple(mask.shape)}, but the weight {tuple(parameters[name].shape)}."
            )
        if mask.dtype != torch.bool:
            raise InputError(f"the mask {name!r} is {mask.dtype}: expected torch.bool, True where the weight stays.")
        yield parameters[name], mask
