"""A network's architecture as plain data: which classes, with which attributes, hold which tensors.

A structurally pruned network has layers that no builder makes, so neither a builder's name nor its settings describe
it. What does is the tree of modules itself: of each the class, the attributes that its `__init__` left (strides,
heads, probabilities), and the names of its parameters, buffers and children. `build` makes the objects without
calling any constructor. Only classes of an allow-list are looked up, only plain values are attributes, and so nothing
that a file says can run code of the file's choosing (unlike pickle).
"""

import functools
import importlib
import math
from collections.abc import Callable, Collection, Mapping
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from compresslab.errors import InputError

PACKAGES = ("torch.nn.modules", "torchvision.models", "torchvision.ops", "compresslab.models")
"""Where a module's class may come from, besides the `classes` that the caller passes."""

_FUNCTIONS: Mapping[str, Callable[..., Tensor]] = {
    "relu": F.relu, "torch.relu": torch.relu, "gelu": F.gelu, "silu": F.silu, "relu6": F.relu6, "elu": F.elu,
    "leaky_relu": F.leaky_relu, "hardswish": F.hardswish, "mish": F.mish, "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
}  # fmt: skip
_INTERNAL = frozenset(nn.Module().__dict__)
_REBUILT = ("_flat_weights", "_flat_weight_refs")  # a recurrent layer's second list of its own parameters


def describe(model: nn.Module, *, classes: Collection[type[nn.Module]] = ()) -> dict[str, Any]:
    """The architecture as values that JSON holds; a tensor or module that stands at two places is named once.

    Args:
        model: of classes in `PACKAGES`, without hooks.
        classes: further classes, such as those of a notebook; `build` must be given them too.

    Raises:
        InputError: a class is not on the list, or a module has a hook or an attribute that is no plain value.

    >>> list(describe(nn.Sequential(nn.Linear(2, 3), nn.ReLU()))["modules"])
    ['', '0', '1']
    """
    allowed = {class_path(cls): cls for cls in classes}
    paths = {module: path for path, module in model.named_modules()}
    first_name: dict[int, str] = {}

    def canonical(path: str, slots: Mapping[str, Tensor | None]) -> dict[str, str | None]:
        names: dict[str, str | None] = {}
        for name, tensor in slots.items():
            full = f"{path}.{name}" if path else name
            names[name] = None if tensor is None else first_name.setdefault(id(tensor), full)
        return names

    modules = {}
    for module, path in paths.items():
        where = f"module {path!r}" if path else "the model"
        cls = class_path(type(module))
        if find_class(cls, allowed) is not type(module):
            raise InputError(
                f"{where} is a {cls}, which is not importable under this name (a parametrized layer, or a class "
                f"made inside a function): make masks permanent first, or save weights without the architecture."
            )
        for name, value in vars(module).items():
            if name in _INTERNAL and name.endswith("hooks") and value:
                raise InputError(
                    f"{where} has hooks ({name}), which no file holds: remove them, or make masks permanent."
                )
        attributes = {}
        for name, value in vars(module).items():
            if name in _INTERNAL or (isinstance(module, nn.RNNBase) and name in _REBUILT):
                continue
            attributes[name] = encode(value, f"attribute {name!r} of {where}", allowed)
        for name, parameter in module._parameters.items():
            if parameter is not None and type(parameter) is not nn.Parameter:
                raise InputError(
                    f"parameter {name!r} of {where} is a {type(parameter).__name__}: run a lazy layer once first."
                )
        modules[path] = {
            "class": cls,
            "attributes": attributes,
            "parameters": canonical(path, module._parameters),
            "frozen": [name for name, p in module._parameters.items() if p is not None and not p.requires_grad],
            "buffers": canonical(path, module._buffers),
            "transient": sorted(module._non_persistent_buffers_set),
            "children": {name: None if c is None else paths[c] for name, c in module._modules.items()},
        }
    return {"modules": modules}


def build(
    description: Mapping[str, Any], tensors: Mapping[str, Tensor], *, classes: Collection[type[nn.Module]] = ()
) -> nn.Module:
    """The described model around the given tensors, in evaluation mode.

    Args:
        description: from `describe`; as read from a file, it is not trusted.
        tensors: by the names that the description uses; they become the parameters and buffers, without a copy.
        classes: what `describe` was given.

    Raises:
        InputError: a class is not on the list, or the description is damaged.

    >>> model = nn.Linear(2, 3)
    >>> build(describe(model), model.state_dict())
    Linear(in_features=2, out_features=3, bias=True)
    """
    allowed = {class_path(cls): cls for cls in classes}
    try:
        return _build(description["modules"], tensors, allowed).eval()
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError, RecursionError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            f"the description of the architecture is damaged ({error!r}): save the model again."
        ) from error


def _build(
    described: Mapping[str, Any], tensors: Mapping[str, Tensor], allowed: Mapping[str, type[nn.Module]]
) -> nn.Module:
    made: dict[str, nn.Module] = {}
    for path, lines in described.items():
        cls = find_class(lines["class"], allowed)
        module = cls.__new__(cls)  # the constructor would make layers of the unpruned sizes
        nn.Module.__init__(module)
        for name, value in lines["attributes"].items():
            if name in _INTERNAL or name.startswith("__"):
                raise ValueError(f"attribute {name!r} is PyTorch's own")
            vars(module)[name] = decode(value, allowed)
        made[path] = module
    parameters: dict[str, nn.Parameter] = {}
    for path, lines in described.items():
        module = made[path]
        for name, full in lines["parameters"].items():
            if full is not None and full not in parameters:
                parameters[full] = nn.Parameter(tensors[full], requires_grad=name not in lines["frozen"])
            module.register_parameter(name, None if full is None else parameters[full])
        for name, full in lines["buffers"].items():
            buffer = None if full is None else parameters.get(full, tensors[full])
            module.register_buffer(name, buffer, persistent=name not in lines["transient"])
        for name, child in lines["children"].items():
            module.register_module(name, None if child is None else made[child])
    for module in made.values():
        if isinstance(module, nn.RNNBase):
            module._init_flat_weights()
    return made[""]


def class_path(cls: type) -> str:
    """Where a class is found.

    >>> class_path(nn.Linear)
    'torch.nn.modules.linear:Linear'
    """
    return f"{cls.__module__}:{cls.__qualname__}"


def find_class(path: str, allowed: Mapping[str, type[nn.Module]]) -> type[nn.Module]:
    """The class of that path, if it is a module of the allow-list. Nothing else is imported.

    Raises:
        InputError: it is none.

    >>> find_class("torch.nn.modules.linear:Linear", {})
    <class 'torch.nn.modules.linear.Linear'>
    """
    if path in allowed:
        return allowed[path]
    package, _, name = path.partition(":")
    if not any(package == root or package.startswith(f"{root}.") for root in PACKAGES):
        raise InputError(
            f"class {path!r} is none of {', '.join(PACKAGES)}: if you trust it, pass it in classes=, "
            f"when saving and when loading."
        )
    try:
        found = getattr(importlib.import_module(package), name, None)
    except ImportError as error:
        raise InputError(f"class {path!r} is not installed here: install its package in the saving version.") from error
    # What a package merely imported from elsewhere is not its own.
    if not isinstance(found, type) or not issubclass(found, nn.Module) or class_path(found) != path:
        raise InputError(f"class {path!r} is not known here: was the file saved with another version?")
    return found


def encode(value: Any, where: str, allowed: Mapping[str, type[nn.Module]] | None = None) -> Any:
    """A plain value as JSON holds it, tuples, dtypes and infinities told apart; `where` names it in the error.

    >>> encode((1, torch.float16), "padding")
    {'tuple': [1, {'dtype': 'float16'}]}
    """
    if value is None or type(value) in (bool, int, str):
        return value
    if type(value) is float:
        return value if math.isfinite(value) else {"float": str(value)}
    if type(value) is list:
        return [encode(item, where, allowed) for item in value]
    if type(value) in (tuple, torch.Size):
        return {"size" if type(value) is torch.Size else "tuple": [encode(item, where, allowed) for item in value]}
    if type(value) is dict:
        return {"dict": [[encode(key, where, allowed), encode(item, where, allowed)] for key, item in value.items()]}
    if isinstance(value, torch.dtype):
        return {"dtype": str(value).removeprefix("torch.")}
    if isinstance(value, type) and issubclass(value, nn.Module) and allowed is not None:
        find_class(class_path(value), allowed)
        return {"class": class_path(value)}
    if isinstance(value, functools.partial) and not value.args and allowed is not None:
        return {"partial": [encode(value.func, where, allowed), encode(value.keywords, where, allowed)]}
    for name, function in _FUNCTIONS.items():
        if value is function:
            return {"function": name}
    raise InputError(f"{where} is a {type(value).__name__}, no plain value: it can't be written without pickle.")


def decode(value: Any, allowed: Mapping[str, type[nn.Module]] | None = None) -> Any:
    """What `encode` was given.

    >>> decode(encode((1, float("inf")), "padding"))
    (1, inf)
    """
    if isinstance(value, list):
        return [decode(item, allowed) for item in value]
    if not isinstance(value, dict):
        return value
    ((kind, inner),) = value.items()
    if kind == "float":
        return float(inner)
    if kind in ("tuple", "size"):
        return (tuple if kind == "tuple" else torch.Size)(decode(item, allowed) for item in inner)
    if kind == "dict":
        return {decode(key, allowed): decode(item, allowed) for key, item in inner}
    if kind == "dtype":
        found = vars(torch).get(inner)  # getattr would import a module that torch loads when it is asked for
        if not isinstance(found, torch.dtype):
            raise ValueError(f"{inner!r} is no dtype")
        return found
    if kind == "function":
        return _FUNCTIONS[inner]
    if kind == "class" and allowed is not None:
        return find_class(inner, allowed)
    if kind == "partial" and allowed is not None:
        cls, keywords = inner
        if set(cls) != {"class"}:
            raise ValueError("a partial of something other than a class")
        return functools.partial(find_class(cls["class"], allowed), **decode(keywords, allowed))
    raise ValueError(f"a value of unknown kind {kind!r}")
