"""Running and copying a model, with the name of the layer in every error."""

import copy
import functools
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from compresslab.errors import InputError
from compresslab.modes import evaluating


def run(model: nn.Module, example: Tensor) -> object:
    """The model's output on an example in evaluation mode, without gradients. The model is left as it was.

    Raises:
        InputError: a layer fails, which is named.
    """
    try:
        with evaluating(model), torch.no_grad():
            return model(example)
    except Exception as error:
        layer = _failing_layer(model, example)
        where = f" in {layer!r}" if layer else ""
        shape = f"{example.dtype} {tuple(example.shape)}"
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise InputError(f"{type(model).__name__} fails on an input of {shape}{where}: {reason}") from error


def _failing_layer(model: nn.Module, example: Tensor) -> str:
    """Name of the innermost module that runs when a model fails, for which it runs once more, with hooks."""
    entered: list[str] = []

    def leave(*_: object) -> None:  # a hook that returned something would replace the output
        entered.pop()

    hooks = []
    for name, module in model.named_modules():
        hooks.append(module.register_forward_pre_hook(lambda *_, name=name: entered.append(name)))
        hooks.append(module.register_forward_hook(leave))
    try:
        with evaluating(model), torch.no_grad():
            model(example)
    except Exception:  # noqa: BLE001  Only where it is raised matters; what it is, the first run has said.
        return next(reversed(entered), "")
    finally:
        for hook in hooks:
            hook.remove()
    return ""


def check_devices(model: nn.Module, example: Tensor) -> None:
    """Raise unless a model and an example are on one device.

    Raises:
        InputError: a parameter or buffer is on another device.
    """
    for name, tensor in stored_tensors(model).items():
        if tensor.device != example.device:
            raise InputError(
                f"the example is on {example.device}, but {name!r} is on {tensor.device}: move all to one device."
            )


def check(model: nn.Module) -> None:
    """Raise unless every module and tensor of a model can be copied, traced and cut.

    Raises:
        InputError: a module is scripted or lazy, or holds inference-mode tensors.
    """
    for name, module in model.named_modules():
        where = f"{name!r} in this {type(model).__name__}" if name else f"this {type(model).__name__}"
        if isinstance(module, torch.jit.ScriptModule):
            raise InputError(
                f"{where} is scripted by TorchScript, so that it cannot shrink: take the model before that."
            )
        stored = (*module._parameters.items(), *module._buffers.items())
        for entry, tensor in (*stored, *vars(module).items()):
            if isinstance(tensor, Tensor) and is_lazy(tensor):
                raise InputError(f"{where} is lazy and has no {entry!r} yet: run the model once.")
            if isinstance(tensor, Tensor) and tensor.is_inference():
                raise InputError(f"{entry!r} of {where} was made in inference mode: make the model outside of it.")


def copy_sharing(model: nn.Module, replaced: Mapping[int, Any] | None = None) -> nn.Module:
    """A copy of the modules whose tensors are those of the model itself.

    Args:
        model: not modified.
        replaced: by `id`, tensors whose places others take.
    """
    shared = {id(tensor): tensor for tensor in stored_tensors(model).values()}
    return copy_replacing(model, shared | dict(replaced or {}))


def copy_replacing(model: nn.Module, replaced: Mapping[int, Any]) -> nn.Module:
    """What `copy.deepcopy` gives if the tensors in `replaced`, by `id`, had been copied to these already."""
    return _copied(model, dict(replaced))


def _copied(value: Any, memo: dict[int, Any]) -> Any:
    """`copy.deepcopy`, but in a quarter of its time for modules, which are mostly empty dictionaries of hooks."""
    if id(value) in memo:
        return memo[id(value)]
    kind: Any = type(value)
    if kind in _ATOMS or (kind is tuple and all(type(part) in _ATOMS for part in value)):
        return value
    if kind is dict or kind is OrderedDict:
        memo[id(value)] = copied = kind()
        for key, part in value.items():
            copied[key if type(key) is str else _copied(key, memo)] = _copied(part, memo)
        return copied
    if isinstance(value, nn.Module) and _is_copied_by_state(kind):
        memo[id(value)] = module = kind.__new__(kind)
        state = value.__getstate__()
        memo.setdefault(id(memo), []).append(state)  # kept, as `copy` does, so that no other object gets its `id`
        parts = {name: part if type(part) in _ATOMS else _copied(part, memo) for name, part in state.items()}
        module.__setstate__(parts)
        return module
    if isinstance(value, Tensor) and not value.is_leaf:
        # A hook computes it before each forward, as masks and spectral norms are applied. PyTorch doesn't copy a tensor
        # that still belongs to a graph of gradients.
        memo[id(value)] = value.detach().clone()
        return memo[id(value)]
    if isinstance(value, nn.Module):  # of a class that copies itself
        for part in (*vars(value).values(), *value._buffers.values()):
            if isinstance(part, Tensor) and not part.is_leaf:
                _copied(part, memo)
    return copy.deepcopy(value, memo)


_ATOMS = {type(None), bool, int, float, str, torch.dtype, torch.device}


@functools.cache
def _is_copied_by_state(kind: type[nn.Module]) -> bool:
    """Whether modules of a class are copied by their attributes: it changes nothing of that but the state itself."""
    own = any(hasattr(kind, name) for name in ("__deepcopy__", "__getnewargs__", "__getnewargs_ex__"))
    as_object = all(getattr(kind, name) is getattr(object, name) for name in ("__new__", "__reduce__", "__reduce_ex__"))
    slots = any(vars(base).get("__slots__") for base in kind.__mro__)
    return as_object and not own and not slots


def stored_tensors(model: nn.Module) -> dict[str, Tensor]:
    """All parameters and buffers by name, shared ones under each of their names."""
    return {**dict(model.named_parameters(remove_duplicate=False)), **dict(model.named_buffers(remove_duplicate=False))}
