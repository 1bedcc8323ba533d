"""What a check sees of an object that lives in the learner's process: plain data, taken at one moment."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import Any, get_origin

import torch
from torch import Tensor, nn

from classroom.exchange.codec import Malformed, NotPlain, Tagged, encode
from classroom.exchange.failures import CheckFailed
from classroom.exchange.spec import Handle
from classroom.exchange.surroundings import hooks
from compresslab.models import Attention, BasicBlock, EncoderLayer, ResNet18, TinyViT

# The modules that a check may build again and run.
_LAYERS = (
    nn.AdaptiveAvgPool2d, nn.AvgPool2d, nn.BatchNorm1d, nn.BatchNorm2d, nn.Conv1d, nn.Conv2d, nn.Dropout, nn.Embedding,
    nn.Flatten, nn.GELU, nn.Identity, nn.LayerNorm, nn.Linear, nn.MaxPool2d, nn.ReLU, nn.ReLU6, nn.Sequential,
    nn.Sigmoid, nn.SiLU, nn.Softmax, nn.Tanh,
)  # fmt: skip
_MODELS = (BasicBlock, ResNet18, Attention, EncoderLayer, TinyViT)
_BY_NAME = {(found.__module__, found.__name__): found for found in (*_LAYERS, *_MODELS)}
_LARGEST_SETTING = 2**16  # pooling to a million by a million pixels would fill the memory of the judge

PlaceOf = Callable[[Tensor], "tuple[Handle | None, str]"]


@dataclass(frozen=True)
class Parameter:
    """A parameter of a module."""

    data: Tensor
    requires_grad: bool
    gradient: Tensor | None


@dataclass(frozen=True)
class ModuleView:
    """A module: its class, settings, tensors and children.

    Attributes:
        origin: the Python module that defines the class; "__main__" for the learner's notebook.
        class_name: the class.
        training: its mode.
        settings: its public attributes that are plain data, such as `in_features`.
        alterations: what makes it behave unlike its class: public attributes that aren't plain data.
        hooks: its own, and of its own parameters.
        own_parameters, own_buffers, children: by name, those of this module alone.
    """

    origin: str
    class_name: str
    training: bool
    settings: dict[str, Any]
    alterations: list[str]
    hooks: list[str]
    own_parameters: dict[str, Parameter | None]
    own_buffers: dict[str, Tensor | None]
    children: dict[str, "ModuleView"]

    def modules(self, prefix: str = "") -> Iterator[tuple[str, "ModuleView"]]:
        """This module and all below it, each with its dotted path, in the order of `named_modules`."""
        yield prefix.removesuffix("."), self
        for name, child in self.children.items():
            yield from child.modules(f"{prefix}{name}.")

    def parameters(self) -> dict[str, Parameter]:
        """All parameters by dotted name."""
        return {
            f"{path}.{name}".removeprefix("."): parameter
            for path, module in self.modules()
            for name, parameter in module.own_parameters.items()
            if parameter is not None
        }

    def state(self) -> dict[str, Tensor]:
        """Parameters and buffers by dotted name, as in a state dict."""
        buffers = {
            f"{path}.{name}".removeprefix("."): buffer
            for path, module in self.modules()
            for name, buffer in module.own_buffers.items()
            if buffer is not None
        }
        return {name: parameter.data for name, parameter in self.parameters().items()} | buffers

    def build(self) -> nn.Module:
        """The module itself, built again here: for modules made of torch.nn's and compresslab's layers.

        Raises:
            CheckFailed: it contains another class, or hooks.
        """
        found = _BY_NAME.get((self.origin, self.class_name))
        if found is None:
            raise CheckFailed("a module made of torch.nn's layers", f"one with a {self.class_name} ({self.origin})")
        if self.alterations or self.hooks:
            hint = "pruning that isn't permanent yet leaves hooks (see torch.nn.utils.prune.remove)"
            unlike = ", ".join(self.alterations + self.hooks)
            raise CheckFailed(f"a plain {self.class_name}", f"one with {unlike}", hint)
        module = found.__new__(found)
        nn.Module.__init__(module)
        module.training = self.training
        for name, value in self.settings.items():
            if name.startswith("_") or hasattr(found, name) or _largest(value) > _LARGEST_SETTING:
                raise CheckFailed(f"an ordinary {self.class_name}", f"one with {name}={value!r}")
            setattr(module, name, value)
        for name, parameter in self.own_parameters.items():
            kept = None if parameter is None else nn.Parameter(parameter.data.clone(), parameter.requires_grad)
            module.register_parameter(name, kept)
        for name, buffer in self.own_buffers.items():
            module.register_buffer(name, None if buffer is None else buffer.clone())
        for name, child in self.children.items():
            module.add_module(name, child.build())
        return module

    def __str__(self) -> str:
        shapes = [f"{name} {tuple(p.data.shape)}" for name, p in self.own_parameters.items() if p is not None]
        return f"{self.class_name}({', '.join(shapes + [str(child) for child in self.children.values()])})"


@dataclass(frozen=True)
class OptimizerView:
    """An optimizer: its class and its groups.

    Attributes:
        class_name: the class.
        options: of each group, such as `lr`.
        parameters: of each group, where each parameter was found: the handle of the module that holds it (None if
            no known module does) and its name there.
        state: of each parameter of each group, such as its `momentum_buffer`.
    """

    class_name: str
    options: list[dict[str, Any]]
    parameters: list[list[tuple[Handle | None, str]]]
    state: list[list[dict[str, Any]]]

    def __str__(self) -> str:
        return f"{self.class_name} of {sum(map(len, self.parameters))} parameters"


@dataclass(frozen=True)
class ObjectView:
    """Any other object: its class, and its public attributes that are plain data."""

    class_name: str
    attributes: dict[str, Any]

    def __str__(self) -> str:
        return self.class_name


def describe(value: Any, place_of: PlaceOf) -> Tagged | None:
    """The hook of `codec.encode` for modules and optimizers."""
    if isinstance(value, nn.Module):
        return Tagged("module", _describe_module(value))
    if isinstance(value, torch.optim.Optimizer):
        return Tagged("optimizer", _describe_optimizer(value, place_of))
    return None


def describe_any(value: Any, place_of: PlaceOf) -> Tagged:
    """The same for every object, as far as it is plain data."""
    described = describe(value, place_of)
    if described is None:
        attributes, _ = _attributes(value)
        described = Tagged("object", {"class_name": type(value).__name__, "attributes": attributes})
    return described


def from_wire(tagged: Tagged) -> Any:
    """Check a description that came from a learner's process.

    Raises:
        Malformed: it isn't one.
    """
    match tagged:
        case Tagged("parameter", [Tensor() as data, bool(requires_grad), gradient]):
            return Parameter(data, requires_grad, gradient if isinstance(gradient, Tensor) else None)
        case Tagged("module", dict(content)):
            return _checked(ModuleView, content, own_parameters=Parameter, own_buffers=Tensor, children=ModuleView)
        case Tagged("optimizer", dict(content)):
            return _checked(OptimizerView, content)
        case Tagged("object", dict(content)):
            return _checked(ObjectView, content)
    raise Malformed(f"an unknown tag {tagged.tag[:40]}")


def _checked(view: type[Any], content: dict[Any, Any], **items: type) -> Any:
    if [field.name for field in fields(view)] != list(content):
        raise Malformed(f"no {view.__name__}")
    for field in fields(view):
        value = content[field.name]
        if type(value) is not (get_origin(field.type) or field.type):
            raise Malformed(f"a wrong {field.name}")
        wanted = items.get(field.name)
        if wanted and not all(item is None or type(item) is wanted for item in value.values()):
            raise Malformed(f"a wrong item of {field.name}")
    return view(**content)


def _describe_module(module: nn.Module) -> dict[str, Any]:
    settings, others = _attributes(module)
    settings.pop("training")
    return {
        "origin": type(module).__module__,
        "class_name": type(module).__name__,
        "training": bool(module.training),
        "settings": settings,
        "alterations": others,
        "hooks": hooks(module),
        "own_parameters": {
            name: None if p is None else Tagged("parameter", [p, p.requires_grad, p.grad])
            for name, p in module._parameters.items()
        },
        "own_buffers": dict(module._buffers),
        "children": {
            name: Tagged("module", _describe_module(child))
            for name, child in module._modules.items()
            if child is not None
        },
    }


def _describe_optimizer(optimizer: torch.optim.Optimizer, place_of: PlaceOf) -> dict[str, Any]:
    groups = optimizer.param_groups
    return {
        "class_name": type(optimizer).__name__,
        "options": [{key: value for key, value in group.items() if key != "params"} for group in groups],
        "parameters": [[place_of(parameter) for parameter in group["params"]] for group in groups],
        "state": [[dict(optimizer.state.get(parameter, {})) for parameter in group["params"]] for group in groups],
    }


def _attributes(value: Any) -> tuple[dict[str, Any], list[str]]:
    """The public attributes that are plain data, and the names of the others."""
    plain, others = {}, []
    for name, attribute in getattr(value, "__dict__", {}).items():
        if name.startswith("_"):
            continue
        try:
            encode(attribute)
        except NotPlain:
            others.append(name)
        else:
            plain[name] = attribute
    return plain, others


def _largest(setting: Any) -> float:
    if isinstance(setting, list | tuple):
        return max(map(_largest, setting), default=0)
    return abs(setting) if isinstance(setting, int | float) else 0
