"""Running and tracing a model, with the name of the layer in every error."""

import copy
import warnings

import torch
from torch import Tensor, nn
from torch.export import ExportedProgram

from compresslab.errors import InputError
from compresslab.modes import evaluating


def run(model: nn.Module, example: Tensor) -> object:
    """The model's output on an example in evaluation mode, without gradients. The model is left as it was.

    Raises:
        InputError: a layer fails, which is named, or the example and the model aren't on one device.
    """
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


def export(model: nn.Module, example: Tensor) -> ExportedProgram:
    """The operators of one forward pass in evaluation mode, traced without computing.

    Raises:
        InputError: the model fails on the example, or its forward depends on the values that it computes.
    """
    run(model, example)
    try:
        # With gradients, because PyTorch's transformer layers would otherwise take a fused path that hides theirs.
        with torch.enable_grad(), warnings.catch_warnings():
            # What torch.nn.utils.prune does before each forward pass.
            warnings.filterwarnings("ignore", message="The tensor attributes? .* (was|were) assigned during export")
            return torch.export.export(copy.deepcopy(model).eval(), (example,), strict=False)
    except Exception as error:
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        raise InputError(
            f"{type(model).__name__} cannot be traced by torch.export: {reason}. "
            "Its forward must not decide by the values that it computes."
        ) from error


def stored_tensors(model: nn.Module) -> dict[str, Tensor]:
    """All parameters and buffers by name, shared ones under each of their names."""
    return {**dict(model.named_parameters(remove_duplicate=False)), **dict(model.named_buffers(remove_duplicate=False))}
