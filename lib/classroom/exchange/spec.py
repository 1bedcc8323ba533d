"""Modules, optimizers and callables as plain data, so that both processes can build the same object.

A check hands a `Spec` to the learner's function, which gets the object itself; the check builds its own with
`Spec.build()`. `Handle` names an object that lives in the learner's process; what `given` specifies is built once, and
lives with the check (see `givens`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import torch
from torch import Tensor, nn

import compresslab.models
from classroom.exchange import givens
from classroom.exchange.codec import Tagged
from classroom.exchange.stand_ins import StandIn


@dataclass(frozen=True)
class Handle:
    """An object that was made in the learner's process and lives there, for calls in several steps.

    >>> print(Handle(3, "Tracker").method("update"))
    Tracker#3.update
    """

    number: int
    label: str

    def method(self, name: str) -> "Method":
        """The object's method of that name, to be called: `learner.call(handle.method("update"), x)`."""
        return Method(self, name)

    def __str__(self) -> str:
        return f"{self.label}#{self.number}"


@dataclass(frozen=True)
class Lent(Handle):
    """A callable of `givens` that lives with the check; the learner's process gets a stand-in for it.

    >>> print(Lent(1, "Workload").method("clock"))
    Workload#1.clock
    """


@dataclass(frozen=True)
class Method:
    """A method of an object in the learner's process, or of one that was lent to it.

    >>> print(Method(Handle(3, "Tracker"), "update"))
    Tracker#3.update
    """

    of: Handle
    name: str

    def __str__(self) -> str:
        return f"{self.of}.{self.name}"


@dataclass(frozen=True)
class Spec:
    """What to build. Made by the functions below.

    Attributes:
        kind: "layer", "sequential", "model", "optimizer" or "given".
        name: of the class or builder.
        args, settings: its arguments.
        seed: of a module's initial weights; the global random state stays as it is.
        state: the state dict that a module starts from, instead.

    >>> linear = layer("Linear", 4, 3)
    >>> torch.equal(linear.seeded(1).build().weight, linear.seeded(1).build().weight)
    True
    """

    kind: str
    name: str
    args: tuple[Any, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)
    seed: int = 0
    state: dict[str, Tensor] | None = None

    def seeded(self, seed: int) -> "Spec":
        """The same module with other initial weights."""
        return replace(self, seed=seed)

    def holding(self, state: dict[str, Tensor]) -> "Spec":
        """The same module with these weights and buffers."""
        return replace(self, state=state)

    def build(self) -> Any:
        """Build it here. An optimizer is only ever built where its modules live."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.seed)
            built = self._build()
        if self.state is not None:
            built.load_state_dict(self.state)
        return built

    def _build(self) -> Any:
        match self.kind:
            case "layer":
                return _subclass(nn, self.name, nn.Module)(*self.args, **self.settings)
            case "sequential":  # the layers share one stream of random numbers: equal layers get different weights
                return nn.Sequential(*(layer._build() for layer in self.args))
            case "model":
                return getattr(compresslab.models, self.name)(**self.settings)
            case "given":
                return getattr(givens, self.name)(*self.args, **self.settings)
            case "optimizer":
                parameters = [parameter for module in self.args for parameter in module.parameters()]
                return _subclass(torch.optim, self.name, torch.optim.Optimizer)(parameters, **self.settings)
        raise ValueError(f"an unknown kind {self.kind}")

    def __str__(self) -> str:
        parts = [str(arg) for arg in self.args] + [f"{key}={value!r}" for key, value in self.settings.items()]
        return f"{self.name}({', '.join(parts)})"


def layer(name: str, /, *args: Any, **settings: Any) -> Spec:
    """A module of torch.nn by its class's name: `layer("Linear", 4, 3, bias=False)`.

    >>> layer("Linear", 4, 3, bias=False).build()
    Linear(in_features=4, out_features=3, bias=False)
    """
    return Spec("layer", name, args, settings)


def sequential(*layers: Spec) -> Spec:
    """An `nn.Sequential` of layers (or of other sequentials).

    >>> print(sequential(layer("Linear", 4, 3), layer("ReLU")))
    Sequential(Linear(4, 3), ReLU())
    """
    return Spec("sequential", "Sequential", layers)


def model(name: str, /, **settings: Any) -> Spec:
    """A network of `compresslab.models` by its builder's name: `model("small_cnn", width=4)`.

    >>> len(model("small_cnn", width=4).build())
    12
    """
    return Spec("model", name, (), settings)


def optimizer(name: str, of: Handle | Sequence[Handle], /, **settings: Any) -> Spec:
    """An optimizer of torch.optim over all parameters of the modules: `optimizer("SGD", model, lr=0.1)`.

    >>> print(optimizer("SGD", Handle(1, "Linear"), lr=0.1))
    SGD(Linear#1, lr=0.1)
    """
    handles = (of,) if isinstance(of, Handle) else tuple(of)
    return Spec("optimizer", name, handles, settings)


def given(name: str, /, *args: Any, **settings: Any) -> Spec:
    """A callable of `classroom.exchange.givens` by its class's name: `given("Recorder", answers=[0.5, 0.7])`.

    It stays with the check, which is called back: what `learner.look` tells of it is what the check itself saw.

    >>> print(given("Recorder", answers=[0.5, 0.7]))
    Recorder(answers=[0.5, 0.7])
    """
    return Spec("given", name, args, settings)


def to_wire(value: Any) -> Tagged | None:
    """The hook of `codec.encode` for specifications, handles, methods and stand-ins.

    Raises:
        ValueError: a callable of `given` that was not lent: it must be an argument by itself, in no list.

    >>> to_wire(Handle(3, "Tracker"))
    Tagged(tag='handle', content=[3, 'Tracker'])
    """
    match value:
        case Spec(kind="given"):
            raise ValueError(
                f"{value} can be handed out as an argument by itself, or by `learner.make`, and not within one"
            )
        case Spec():
            return Tagged("spec", _content(value))
        case Lent() | StandIn():
            return Tagged("lent", [value.number, value.label])
        case Handle():
            return Tagged("handle", [value.number, value.label])
        case Method():
            return Tagged("method", [value.of, value.name])
    return None


def from_wire(tagged: Tagged) -> Any:
    """The reverse; None for another tag. In a method's or an optimizer's content, handles may be objects already.

    >>> from_wire(to_wire(layer("Linear", 4, 3))) == layer("Linear", 4, 3)
    True
    """
    match tagged:
        case Tagged("spec", list(content)):
            return _spec(content)
        case Tagged("handle", [int(number), str(label)]):
            return Handle(number, label)
        case Tagged("lent", [int(number), str(label)]):
            return Lent(number, label)
        case Tagged("method", [of, str(name)]):
            return Method(of, name)
    return None


def _content(spec: Spec) -> list[Any]:
    args = tuple(_content(arg) for arg in spec.args) if spec.kind == "sequential" else spec.args
    return [spec.kind, spec.name, args, spec.settings, spec.seed, spec.state]


def _spec(content: list[Any]) -> Spec:
    kind, name, args, settings, seed, state = content
    return Spec(kind, name, tuple(map(_spec, args)) if kind == "sequential" else args, settings, seed, state)


def _subclass(module: Any, name: str, base: type) -> Callable[..., Any]:
    found = getattr(module, name, None)
    if not (isinstance(found, type) and issubclass(found, base)):
        raise ValueError(f"{module.__name__} has no class {name}")
    return found
