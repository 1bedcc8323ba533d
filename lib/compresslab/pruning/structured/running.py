"""Running and tracing a model, with the name of the layer in every error."""

import copy
import warnings
from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.export import ExportedProgram
from torch.nn.parameter import is_lazy

from compresslab.errors import InputError
from compresslab.modes import evaluating


def run(model: nn.Module, example: Tensor) -> object:
    """The model's output on an example in evaluation mode, without gradients. The model is left as it was.

    Raises:
        InputError: a layer fails, which is named, or the example and the model aren't on one device.
    """
    check(model)
    devices = {f"{name!r} is on {tensor.device}": tensor.device for name, tensor in stored_tensors(model).items()}
    for where, device in devices.items():
        if device != example.device:
            raise InputError(f"the example is on {example.device}, but {where}: move all to one device.")
    entered: list[str] = []

    def leave(*_: object) -> None:  # a hook that returned something would replace the output
        entered.pop()

    hooks = []
    for name, module in model.named_modules():
        hooks.append(module.register_forward_pre_hook(lambda *_, name=name: entered.append(name)))
        hooks.append(module.register_forward_hook(leave))
    try:
        with evaluating(model), torch.no_grad():
            return model(example)
    except Exception as error:
        layer = f" in {entered[-1]!r}" if entered and entered[-1] else ""
        shape = f"{example.dtype} {tuple(example.shape)}"
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise InputError(f"{type(model).__name__} fails on an input of {shape}{layer}: {reason}") from error
    finally:
        for hook in hooks:
            hook.remove()


def export(model: nn.Module, example: Tensor, *, training: bool = False) -> ExportedProgram:
    """The operators of one forward pass, in evaluation mode or in training mode, traced without computing.

    Raises:
        InputError: the model is of a kind that cannot be traced or copied, fails on the example, or its forward depends
            on the values that it computes.
    """
    check(model)
    try:
        # With gradients, because PyTorch's transformer layers would otherwise take a fused path that hides theirs.
        with torch.enable_grad(), warnings.catch_warnings():
            # What torch.nn.utils.prune does before each forward pass.
            warnings.filterwarnings("ignore", message="The tensor attributes? .* (was|were) assigned during export")
            return torch.export.export(copy_sharing(model).train(training), (example,), strict=False)
    except Exception as error:
        if not training:
            run(model, example)  # a layer that fails is named
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        raise InputError(
            f"{type(model).__name__} cannot be traced by torch.export: {reason}. "
            "Its forward must not decide by the values that it computes."
        ) from error


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


def copy_sharing(model: nn.Module, replaced: Mapping[int, Tensor] | None = None) -> nn.Module:
    """A copy of the modules whose tensors are those of the model itself.

    Args:
        model: not modified.
        replaced: by `id`, tensors whose places others take.
    """
    shared = {id(tensor): tensor for tensor in stored_tensors(model).values()}
    return copy.deepcopy(model, shared | computed_tensors(model) | dict(replaced or {}))


def computed_tensors(model: nn.Module) -> dict[int, Tensor]:
    """Copies, by `id`, of tensors that hooks compute before each forward, as masks and spectral norms are applied.

    PyTorch doesn't copy a tensor that still belongs to a graph of gradients.
    """
    held = (tensor for module in model.modules() for tensor in (*vars(module).values(), *module._buffers.values()))
    return {id(each): each.detach().clone() for each in held if isinstance(each, Tensor) and not each.is_leaf}


def stored_tensors(model: nn.Module) -> dict[str, Tensor]:
    """All parameters and buffers by name, shared ones under each of their names."""
    return {**dict(model.named_parameters(remove_duplicate=False)), **dict(model.named_buffers(remove_duplicate=False))}
