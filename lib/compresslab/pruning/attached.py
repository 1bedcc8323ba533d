"""Masks that travel inside the model, over weights that are still there, and PyTorch's own kind of them.

`apply_masks` overwrites weights with zeros; here a layer keeps its weight and computes with `weight * mask`. The mask
is a buffer, so it is saved and moved with the model, optimizers cannot touch it, and pruning can be undone.
"""

import copy
from collections.abc import Iterator, Mapping
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize, prune

from compresslab.errors import InputError
from compresslab.pruning.masks import Masks, masked_parameters


class WeightMask(nn.Module):
    """The parametrization: from the hidden weight to the one that the layer computes with.

    >>> WeightMask(torch.tensor([True, False]))(torch.tensor([3.0, 4.0]))
    tensor([3., 0.])
    """

    mask: Tensor

    def __init__(self, mask: Tensor) -> None:
        super().__init__()
        self.register_buffer("mask", mask.clone())

    def forward(self, weight: Tensor) -> Tensor:
        return weight.masked_fill(~self.mask, 0)  # the gradient of masked weights is zero too


def attach_masks(model: nn.Module, masks: Masks) -> nn.Module:
    """A copy of `model` whose layers compute with weight * mask, the weight staying as it is underneath.

    Its masked weights get no gradient, and what momentum or weight decay do to them is not seen. A mask that is
    attached can be trained with, copied, saved and loaded (`state_dict`), made permanent, or undone. In the state
    dict, "fc.weight" becomes "fc.parametrizations.weight.original" and "fc.parametrizations.weight.0.mask".

    Raises:
        InputError: a mask names no parameter (or one that has a mask), has another shape, or is for a recurrent layer.

    >>> masked = attach_masks(nn.Linear(2, 1), {"weight": torch.tensor([[True, False]])})
    >>> masked.weight[0, 1].item(), undo_masks(masked).weight[0, 1].item() != 0
    (0.0, True)
    """
    return attach(model, {name: WeightMask(mask) for name, mask in masks.items()})


def attached_masks(model: nn.Module) -> dict[str, Tensor]:
    """The masks in `model` by the names of their weights; also those of `torch.nn.utils.prune` and `torch.ao`.

    >>> masked = attach_masks(nn.Linear(2, 1), {"weight": torch.tensor([[True, False]])})
    >>> attached_masks(masked)
    {'weight': tensor([[ True, False]])}
    """
    ours = {name: mask.mask for name, mask, _ in hidden_weights(model)}
    ours |= {
        _join(path, attribute): cast(Tensor, chain[0].mask) != 0
        for path, module in model.named_modules()
        for attribute, chain in _chains(module)
        if _is_torch_ao(chain[0])
    }
    theirs = {
        _join(path, attribute): module.get_buffer(f"{attribute}_mask") != 0
        for path, module in model.named_modules()
        for attribute in _torch_pruned(module)
    }
    return {name: mask.clone() for name, mask in (ours | theirs).items()}


def make_permanent(model: nn.Module) -> nn.Module:
    """A copy of `model` of ordinary layers, with zeros where masks were; the hidden weights are lost.

    Takes the masks of this package (`attach_masks`, gradual and movement pruning), of `torch.nn.utils.prune` and of
    `torch.ao.pruning`.

    >>> masked = attach_masks(nn.Linear(2, 1), {"weight": torch.tensor([[True, False]])})
    >>> make_permanent(masked).state_dict()["weight"][0, 1]
    tensor(0.)
    """
    return _without_masks(model, zeros=True)


def undo_masks(model: nn.Module) -> nn.Module:
    """A copy of `model` of ordinary layers, with the hidden weights as they are now and the masks forgotten.

    >>> dense = nn.Linear(2, 1)
    >>> masked = attach_masks(dense, {"weight": torch.tensor([[True, False]])})
    >>> torch.equal(undo_masks(masked).weight, dense.weight)
    True
    """
    return _without_masks(model, zeros=False)


def from_torch_prune(state: Mapping[str, Tensor]) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """Split the state dict of a model pruned by `torch.nn.utils.prune` into an ordinary one and its masks.

    Returns:
        The state dict with the original, unpruned weights, to load into the unpruned architecture, and the masks,
        for `apply_masks` or `attach_masks`. Without any `*_orig` and `*_mask`, the state as it is and no masks.

    Raises:
        InputError: a mask has another shape than its weight.

    >>> state, masks = from_torch_prune(prune.l1_unstructured(nn.Linear(4, 1), "weight", amount=3).state_dict())
    >>> sorted(state), int(masks["weight"].sum())
    (['bias', 'weight'], 1)
    """
    pruned = {key.removesuffix("_orig") for key in state if key.endswith("_orig")}
    pruned = {name for name in pruned if f"{name}_mask" in state}
    ordinary, masks = {}, {}
    for key, tensor in state.items():
        name = key.removesuffix("_orig").removesuffix("_mask")
        if name not in pruned or key == name:
            ordinary[key] = tensor
        elif key.endswith("_orig"):
            ordinary[name] = tensor
        elif tensor.shape != state[f"{name}_orig"].shape:
            shape = tuple(state[f"{name}_orig"].shape)
            raise InputError(f"the mask {key!r} has shape {tuple(tensor.shape)}, but the weight {shape}.")
        else:
            masks[name] = tensor != 0
    return ordinary, masks


def to_torch_prune(model: nn.Module, masks: Masks) -> nn.Module:
    """A copy of `model` with `masks` in the form of `torch.nn.utils.prune`, whose state dict loads there.

    For a model with attached masks: `to_torch_prune(undo_masks(model), attached_masks(model))`.

    Raises:
        InputError: a mask names no parameter, or has another shape.

    >>> pruned = to_torch_prune(nn.Linear(2, 1), {"weight": torch.tensor([[True, False]])})
    >>> sorted(pruned.state_dict())
    ['bias', 'weight_mask', 'weight_orig']
    """
    pruned = _copy(model)
    for parameter, mask in list(masked_parameters(pruned, masks)):
        for module, attribute in _places(pruned, parameter):
            prune.custom_from_mask(module, attribute, mask)
    return pruned


def attach(model: nn.Module, parametrizations: Mapping[str, WeightMask]) -> nn.Module:
    """A copy of `model` with a parametrization on each named weight, in all places that share the weight.

    Args:
        model: not modified.
        parametrizations: from a weight's name, as in `state_dict`, to the mask that it shall be computed with.

    Raises:
        InputError: a name is none of a parameter, has a mask already, or is of a recurrent layer; or a shape differs.

    >>> attach(nn.Linear(2, 1), {"weight": WeightMask(torch.tensor([[True, False]]))}).weight[0, 1].item()
    0.0
    """
    attached = _copy(model)
    taken = attached_masks(attached)
    modules = dict(attached.named_modules())
    for name in parametrizations:
        owner = modules.get(name.rpartition(".")[0])
        if isinstance(owner, nn.RNNBase):
            raise InputError(
                f"{name!r} is of an {type(owner).__name__}, which keeps a list of its weights beside them that an "
                f"attached mask would break: use apply_masks, and keep_masked while training."
            )
        if name in taken:
            raise InputError(f"{name!r} already has a mask: call make_permanent(model) or undo_masks(model) first.")
    masks = {name: parametrization.mask for name, parametrization in parametrizations.items()}
    parameters = [parameter for parameter, _ in masked_parameters(attached, masks)]
    for parameter, parametrization in zip(parameters, parametrizations.values(), strict=True):
        parametrization.to(parameter.device)
        for module, attribute in _places(attached, parameter):
            _own_class(module)
            parametrize.register_parametrization(module, attribute, parametrization)
    return attached


def hidden_weights(model: nn.Module) -> Iterator[tuple[str, WeightMask, Tensor]]:
    """Name, mask and hidden weight of every weight with one of this package's masks; a shared one once.

    >>> dense = nn.Linear(2, 1)
    >>> masked = attach_masks(dense, {"weight": torch.tensor([[True, False]])})
    >>> [(name, torch.equal(weight, dense.weight)) for name, _, weight in hidden_weights(masked)]
    [('weight', True)]
    """
    seen = set()
    for path, module in model.named_modules():
        for attribute, chain in _chains(module):
            mask = chain[0]
            if isinstance(mask, WeightMask) and mask not in seen:
                seen.add(mask)
                yield _join(path, attribute), mask, chain.original


def _without_masks(model: nn.Module, *, zeros: bool) -> nn.Module:
    ordinary = _copy(model)
    for _, mask, weight in hidden_weights(ordinary) if zeros else ():
        with torch.no_grad():
            weight.masked_fill_(~mask.mask, 0)
    for module in list(ordinary.modules()):
        for attribute, chain in _chains(module):
            if isinstance(chain[0], WeightMask) or _is_torch_ao(chain[0]):
                if _is_torch_ao(chain[0]) and zeros:
                    with torch.no_grad():
                        chain.original.masked_fill_(cast(Tensor, chain[0].mask) == 0, 0)
                _own_class(module)
                parametrize.remove_parametrizations(module, attribute, leave_parametrized=False)
                _to_the_front(module, attribute)
        for attribute in _torch_pruned(module):
            keep = module.get_buffer(f"{attribute}_mask") != 0
            hidden = module.get_parameter(f"{attribute}_orig").detach().clone()
            prune.remove(module, attribute)
            with torch.no_grad():
                module.get_parameter(attribute).copy_(hidden.masked_fill(~keep, 0) if zeros else hidden)
            _to_the_front(module, attribute)
    return ordinary


def _copy(model: nn.Module) -> nn.Module:
    """A deep copy, also of a model that `torch.nn.utils.prune` has left with computed weights as attributes."""
    memo = {}
    for module in model.modules():
        for value in vars(module).values():
            for tensor in value if isinstance(value, list) else [value]:  # a recurrent layer has a list of its weights
                if isinstance(tensor, Tensor) and not tensor.is_leaf:  # deepcopy refuses those
                    memo[id(tensor)] = tensor.detach().clone()
    return copy.deepcopy(model, memo)


def _own_class(module: nn.Module) -> None:
    """Give a parametrized module a class of its own.

    Its weight is a property of its class, which deepcopy shares between the copy and the original: to add or remove
    a parametrization of one would break the other.
    """
    if parametrize.is_parametrized(module):
        shared = type(module)
        body = {key: value for key, value in vars(shared).items() if key not in ("__dict__", "__weakref__")}
        module.__class__ = type(shared.__name__, shared.__bases__, body)


def _places(model: nn.Module, parameter: nn.Parameter) -> list[tuple[nn.Module, str]]:
    return [
        (module, attribute)
        for module in model.modules()
        for attribute, other in module.named_parameters(recurse=False, remove_duplicate=False)
        if other is parameter
    ]


def _chains(module: nn.Module) -> list[tuple[str, parametrize.ParametrizationList]]:
    if not parametrize.is_parametrized(module):
        return []
    return list(cast(Any, module.parametrizations).items())


def _torch_pruned(module: nn.Module) -> list[str]:
    hooks = module._forward_pre_hooks.values()
    return [hook._tensor_name for hook in hooks if isinstance(hook, prune.BasePruningMethod)]


def _is_torch_ao(parametrization: nn.Module) -> bool:
    """A mask of `torch.ao.pruning`, known by its name: that package warns when it is imported."""
    return type(parametrization).__name__ == "FakeSparsity" and hasattr(parametrization, "mask")


def _to_the_front(module: nn.Module, attribute: str) -> None:
    """Put a weight that was taken off and back on before the bias, where optimizers' states expect it."""
    if attribute == "weight":
        others = [(name, module._parameters.pop(name)) for name in list(module._parameters) if name != "weight"]
        module._parameters.update(others)


def _join(path: str, attribute: str) -> str:
    return f"{path}.{attribute}" if path else attribute
