"""Stand-ins in a learner's process for callables that stay with a check (see `givens`).

A learner's code may do to one what it likes: all that counts is what the callable itself was asked, and answered. A
model stays in the learner's process; what a trainer needs of it is sent, and it moves by what comes back.
"""

import functools
from collections.abc import Callable
from typing import Any, ClassVar, Protocol

import torch
from torch import Tensor, nn

Ask = Callable[[str, tuple[Any, ...], dict[str, Any]], Any]  # a method's name, and its arguments; gives its result
AfterStep = Callable[[nn.Module], Any]
State = dict[str, dict[str, Tensor]]  # of a model: "parameters" and "buffers", those that training moves, by name


class Given(Protocol):
    """A callable of this module, on the side of the check.

    Attributes:
        OFFERED: the methods that its stand-in may call.
    """

    OFFERED: ClassVar[tuple[str, ...]]

    def record(self) -> dict[str, Any]:
        """How it was used, as plain data."""


class StandIn:
    """What a learner's function gets for a callable that stays with the check.

    Args:
        number, label: of the callable.
        ask: calls a method of it, by name.
    """

    def __init__(self, number: int, label: str, ask: Ask) -> None:
        self.number, self.label = number, label
        self._ask = ask


class _Called(StandIn):
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("__call__", args, kwargs)


class _Timed(_Called):
    def clock(self) -> float:
        return float(self._ask("clock", (), {}))


class _Training(StandIn):
    def __call__(self, model: nn.Module, after_step: AfterStep | None = None) -> None:
        begin, go_on = (functools.partial(self._tell, method) for method in ("begin", "go_on"))
        train(model, after_step, begin, go_on)

    def _tell(self, method: str, state: State) -> Any:
        return self._ask(method, (state,), {})


_CLASSES = {"Recorder": _Called, "Workload": _Timed, "Trainer": _Training, "SteppedTrainer": _Training}


def stand_in(number: int, label: str, ask: Ask) -> StandIn:
    """The stand-in for a callable of the class `label`."""
    return _CLASSES[label](number, label, ask)


def use(given: Given, method: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """Do what a stand-in asks for.

    Raises:
        Exception: of any kind: what it sends comes from a learner's process.
    """
    if method not in given.OFFERED:
        raise TypeError(f"{type(given).__name__} has no {method[:40]}")
    return getattr(given, method)(*args, **kwargs)


def train(
    model: nn.Module,
    after_step: AfterStep | None,
    begin: Callable[[State], State],
    go_on: Callable[[State], State | None],
) -> None:
    """Move a model in place, step by step, as a trainer says: beside the model, or in another process."""
    parameters: dict[str, Tensor] = dict(model.named_parameters())  # once, as an optimizer holds them
    moves: State | None = begin({"parameters": parameters, "buffers": _moving(model)})
    while moves is not None:
        buffers = _moving(model)
        with torch.no_grad():
            for name, gradient in moves.get("gradients", {}).items():
                parameters[name].grad = gradient
            for name, value in moves["parameters"].items():
                parameters[name].copy_(value)
            for name, value in moves.get("buffers", {}).items():
                buffers[name].copy_(value)
        if after_step is not None:  # with gradients on, as after an optimizer's step
            after_step(model)
        moves = go_on({"parameters": parameters, "buffers": _moving(model)})


def _moving(model: nn.Module) -> dict[str, Tensor]:
    return {
        f"{path}.{name}": buffer
        for path, module in model.named_modules()
        for name, buffer in module.named_buffers(recurse=False)
        if module.training
    }
