"""Where an answer differs from what it should be, found without ever calling a method of the answer's own."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from classroom.exchange.show import number, show
from classroom.exchange.views import ModuleView, ObjectView, OptimizerView

# Relative and absolute, for sums of a few hundred terms of ordinary size in that precision.
_TOLERANCE = {
    torch.float16: (2e-3, 2e-3),
    torch.bfloat16: (2e-2, 2e-2),
    torch.float32: (1e-4, 1e-5),
    torch.float64: (1e-8, 1e-9),
}


@dataclass(frozen=True)
class Tolerance:
    """How far apart two numbers may be: `atol + rtol * |wanted|`; None stands for what the precision allows.

    The precision is the answer's, but half precision counts as such only where something of that kind was sent to the
    learner's code, or is wanted from it: an answer's dtype is the learner's choice.

    Attributes:
        rtol, atol: relative and absolute.
        sent: the floating-point dtypes that the learner's code got.
    """

    rtol: float | None = None
    atol: float | None = None
    sent: Callable[[], Collection[torch.dtype]] = tuple


def difference(value: Any, wanted: Any, within: Tolerance | None = None, path: str = "") -> tuple[str, str] | None:
    """Compare two values of the kinds that `codec` carries, or two views.

    Args:
        value: the answer.
        wanted: what it should be.
        within: up to rounding; if None, types, dtypes and every bit must agree (but NaN equals NaN, and NumPy's whole
            numbers equal Python's).
        path: the part of the answer that is compared, for the message.

    Returns:
        None where they agree; else what was expected and what came, at the first place where they don't.
    """
    at = f" for {path}" if path else ""
    match wanted:
        case ModuleView():
            if not isinstance(value, ModuleView) or str(value) != str(wanted):
                return f"{wanted}{at}", show(value)
            return difference(value.state(), wanted.state(), within, path) or _standing(value, wanted, at)
        case OptimizerView():
            if not isinstance(value, OptimizerView):
                return f"{wanted}{at}", show(value)
            return difference([value.options, value.state], [wanted.options, wanted.state], within, path)
        case ObjectView():
            if not isinstance(value, ObjectView):
                return f"{wanted}{at}", show(value)
            return difference(value.attributes, wanted.attributes, within, path)
        case dict():
            if not isinstance(value, dict):
                return f"a dict{at}", f"{kind(value)}: {show(value)}"
            if value.keys() != wanted.keys():
                return f"the keys {show(list(wanted))}{at}", f"the keys {show(list(value))}"
            pairs = [(key, value[key], item) for key, item in wanted.items()]
        case list() | tuple():
            if not isinstance(value, list | tuple):
                return f"a list{at}", f"{kind(value)}: {show(value)}"
            if len(value) != len(wanted):
                items = "item" if len(wanted) == 1 else "items"
                return f"{len(wanted)} {items}{at}: {show(wanted)}", f"{len(value)}: {show(value)}"
            pairs = [(index, *items) for index, items in enumerate(zip(value, wanted, strict=True))]
        case Tensor() | np.ndarray() | np.generic() | int() | float() if not isinstance(wanted, bool):
            return _numbers(value, wanted, within, at)
        case _:
            same = type(value) is type(wanted) and value == wanted
            return None if same else (f"{show(wanted)}{at}", f"{show(value)} ({kind(value)})")
    found = (difference(old, new, within, f"{path}[{key!r}]") for key, old, new in pairs)
    return next((each for each in found if each), None)


def _standing(value: ModuleView, wanted: ModuleView, at: str) -> tuple[str, str] | None:
    """How two modules of the same classes and values differ otherwise: mode, settings, frozen parameters, hooks."""
    mode = {True: "in training mode", False: "in evaluation mode"}
    for (path, got), (_, want) in zip(value.modules(), wanted.modules(), strict=True):
        where = f"{path or 'the module'}{at}"
        if got.training != want.training:
            return f"{where} {mode[want.training]}", mode[got.training]
        found = difference(got.settings, want.settings)
        if found:
            return f"{found[0]} in the settings of {where}", found[1]
        if got.hooks != want.hooks or got.alterations != want.alterations:
            names = [", ".join(each.hooks + each.alterations) or "none" for each in (want, got)]
            return f"hooks and attributes of {where}: {names[0]}", names[1]
    required = value.parameters()
    for name, parameter in wanted.parameters().items():
        if parameter.requires_grad != required[name].requires_grad:
            return f"{name} with requires_grad={parameter.requires_grad}{at}", f"{required[name].requires_grad}"
    return None


def kind(value: Any) -> str:
    """The type of a value, as a message calls it."""
    if isinstance(value, Tensor):
        return f"a tensor of shape {tuple(value.shape)}, {str(value.dtype).removeprefix('torch.')}"
    if isinstance(value, np.ndarray):
        return f"a numpy array of shape {value.shape}, {value.dtype}"
    if value is None:
        return "None"
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def is_number(value: Any) -> bool:
    """A real number of Python or numpy, or a tensor or array without dimensions."""
    if isinstance(value, Tensor | np.ndarray):
        return value.ndim == 0
    return isinstance(value, int | float | np.generic) and not isinstance(value, bool)


def _whole(value: Any) -> bool:
    """A whole number of Python or NumPy."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def _numbers(value: Any, wanted: Any, within: Tolerance | None, at: str) -> tuple[str, str] | None:
    if within is None and type(value) is not type(wanted) and not (_whole(value) and _whole(wanted)):
        return f"{kind(wanted)}{at}: {show(wanted)}", f"{kind(value)}: {show(value)}"
    if is_number(wanted):
        if not is_number(value):
            return f"a number{at}: {show(wanted)}", f"{kind(value)}: {show(value)}"
    elif type(value) is not type(wanted):
        return f"{kind(wanted)}{at}", f"{kind(value)}: {show(value)}"
    got, want = _as_tensor(value), _as_tensor(wanted)
    if got.shape != want.shape:
        return f"shape {tuple(want.shape)}{at}", f"shape {tuple(got.shape)}"
    if within is None and got.dtype != want.dtype and not _whole(wanted):
        return f"dtype {want.dtype}{at}", f"dtype {got.dtype}"
    rtol, atol = (0.0, 0.0) if within is None else _tolerance(value, want.dtype, within)
    if within is None or not (got.is_floating_point() or want.is_floating_point()):
        wrong = got != want
        if got.is_floating_point():
            wrong &= ~(got.isnan() & want.isnan())
    else:
        wrong = ~torch.isclose(got.double(), want.double(), rtol=rtol, atol=atol, equal_nan=True)
    if not wrong.any():
        return None
    return _worst(got, want, wrong, at)


def _worst(got: Tensor, want: Tensor, wrong: Tensor, at: str) -> tuple[str, str]:
    if not got.ndim:
        shown = _apart(want.item(), got.item())
        return f"{shown[0]}{at}", shown[1]
    error = torch.where(wrong, (got.double() - want.double()).abs(), -1.0).nan_to_num(nan=torch.inf)
    place = tuple(int(index) for index in np.unravel_index(int(error.argmax()), got.shape))
    where = f"[{', '.join(map(str, place))}]"
    count = f" ({int(wrong.sum())} of {wrong.numel()} elements differ, this one most)" if wrong.numel() > 1 else ""
    shown = _apart(want[place].item(), got[place].item())
    return f"{shown[0]} at {where}{at}", f"{shown[1]}{count}"


def _apart(wanted: Any, got: Any) -> tuple[str, str]:
    """Two numbers that differ, in as many digits as it takes to see it."""
    if number(wanted) != number(got) or not (isinstance(wanted, float) and isinstance(got, float)):
        return number(wanted), number(got)
    digits = next(digits for digits in range(7, 18) if f"{wanted:.{digits}g}" != f"{got:.{digits}g}" or digits == 17)
    return f"{wanted:.{digits}g}", f"{got:.{digits}g}"


def _tolerance(value: Any, wanted: torch.dtype, within: Tolerance) -> tuple[float, float]:
    """A tensor or array says its precision. A Python number doesn't: most come from a float32 tensor's `.item()`."""
    precision = _as_tensor(value).dtype if isinstance(value, Tensor | np.ndarray | np.generic) else torch.float32
    rtol, atol = _TOLERANCE.get(precision, _TOLERANCE[torch.float32])
    if rtol > _TOLERANCE[torch.float32][0] and None in (within.rtol, within.atol):
        coarsest = max(
            _TOLERANCE.get(dtype, _TOLERANCE[torch.float32]) for dtype in (torch.float32, wanted, *within.sent())
        )
        rtol, atol = min((rtol, atol), coarsest)
    return (rtol if within.rtol is None else within.rtol), (atol if within.atol is None else within.atol)


def _as_tensor(value: Any) -> Tensor:
    if isinstance(value, Tensor):
        return value.detach()
    if isinstance(value, int) and value.bit_length() > 63:
        value = float(value)
    return torch.from_numpy(np.asarray(value))
