"""Values as short text for messages: small ones whole, large ones by shape, type and range."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from classroom.exchange.spec import Handle, Spec

_WHOLE = 12  # elements of a tensor that are shown one by one
_ITEMS = 6


def show(value: Any) -> str:
    """One line for any value that `codec` can carry, and for handles and specifications."""
    if isinstance(value, Tensor):
        return _tensor(value.detach(), str(value.dtype).removeprefix("torch."))
    if isinstance(value, np.ndarray):
        return _tensor(torch.from_numpy(value.copy()), value.dtype.name).replace("tensor", "array", 1)
    if isinstance(value, np.generic):
        return f"np.{value.dtype.name}({value.item()!r})"
    if isinstance(value, dict):
        items = [f"{key!r}: {show(item)}" for key, item in list(value.items())[:_ITEMS]]
        return "{" + ", ".join(_etc(items, len(value))) + "}"
    if isinstance(value, list | tuple):
        text = ", ".join(_etc([show(item) for item in value[:_ITEMS]], len(value)))
        if isinstance(value, list):
            return f"[{text}]"
        return f"({text},)" if len(value) == 1 else f"({text})"
    if isinstance(value, Handle | Spec):
        return str(value)
    if isinstance(value, float):
        return repr(float(f"{value:.8g}"))
    text = repr(value)
    return text if len(text) <= 80 else text[:76] + " ..."


def show_call(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """The call as a learner would write it."""
    parts = [show(arg) for arg in args] + [f"{key}={show(arg)}" for key, arg in kwargs.items()]
    return f"{name}({', '.join(parts)})"


def number(value: float) -> str:
    """A number of a tensor, in the six digits that float32 has."""
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _tensor(tensor: Tensor, dtype: str) -> str:
    if tensor.numel() <= _WHOLE:
        return f"tensor({_nested(tensor.tolist())}, {dtype}, shape {tuple(tensor.shape)})"
    text = f"tensor of shape {tuple(tensor.shape)}, {dtype}"
    finite = tensor[torch.isfinite(tensor)] if tensor.is_floating_point() else tensor
    if finite.numel():
        text += f", {number(finite.min().item())} .. {number(finite.max().item())}"
    odd = tensor.numel() - finite.numel()
    return text + (f", {odd} of them not finite" if odd else "")


def _nested(value: Any) -> str:
    return f"[{', '.join(map(_nested, value))}]" if isinstance(value, list) else number(value)


def _etc(shown: list[str], count: int) -> list[str]:
    return shown if count == len(shown) else [*shown, f"... {count - len(shown)} more"]
