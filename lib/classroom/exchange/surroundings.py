"""What a call of a learner's function must leave as it was, though no result shows it.

Two things: the settings of the whole process (the gradient mode, the default dtype, the random generators), which all
code after the call meets; and what the caller's objects are besides their values (a module's mode, hooks, whether
gradients are required). They are compared around each call, and the settings put back, so that one function's slip
costs the other functions nothing, in a notebook's kernel as in the judge's process.
"""

import inspect
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

_PARAMETER_HOOKS = ("_backward_hooks", "_post_accumulate_grad_hooks")
_MODULE_HOOKS = (
    "_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks",
    "_state_dict_hooks", "_load_state_dict_pre_hooks",
)  # fmt: skip
_OPTIMIZER_HOOKS = ("_optimizer_step_pre_hooks", "_optimizer_step_post_hooks")
_WORDS = 624  # of the state of a Mersenne Twister
_MOST_DRAWN = 4_000  # times that all words of a generator are used up: 2.5 million numbers

Breach = tuple[str, str, str]  # what was expected, what came, and the likely cause


@dataclass(frozen=True)
class _Setting:
    """A setting of the process.

    Attributes:
        name: as a message calls it.
        read, write: it.
        remedy: what a function does instead of changing it.
    """

    name: str
    read: Callable[[], Any]
    write: Callable[[Any], Any]
    remedy: str


def _of_module(owner: Any, name: str) -> tuple[Callable[[], Any], Callable[[Any], Any]]:
    return (lambda: getattr(owner, name)), (lambda value: setattr(owner, name, value))


_SETTINGS = (
    _Setting(
        "torch's default dtype", torch.get_default_dtype, torch.set_default_dtype,
        "give a new tensor or layer its `dtype=`",
    ),
    _Setting(
        "torch's default device", torch.get_default_device,
        lambda device: _set_default_device(device),
        "give a new tensor or layer its `device=`",
    ),
    _Setting("torch's number of threads", torch.get_num_threads, torch.set_num_threads, "leave it to the caller"),
    _Setting(
        "torch.use_deterministic_algorithms", torch.are_deterministic_algorithms_enabled,
        torch.use_deterministic_algorithms, "leave it to the caller",
    ),
    _Setting(
        "the precision of float32 products", torch.get_float32_matmul_precision, torch.set_float32_matmul_precision,
        "leave it to the caller",
    ),
    _Setting(
        "anomaly detection", torch.is_anomaly_enabled, torch.autograd.set_detect_anomaly,
        "`with torch.autograd.detect_anomaly():` ends by itself",
    ),
    _Setting(
        "autocast", lambda: torch.is_autocast_enabled("cpu"), lambda on: torch.set_autocast_enabled("cpu", on),
        "`with torch.autocast(...):` ends by itself",
    ),
    _Setting("cudnn.benchmark", *_of_module(torch.backends.cudnn, "benchmark"), "leave it to the caller"),
    _Setting("cudnn.deterministic", *_of_module(torch.backends.cudnn, "deterministic"), "leave it to the caller"),
)  # fmt: skip


@dataclass
class Watch:
    """What is found around one call.

    Attributes:
        breaches: what the call has changed and should have left; filled in when it ends.
    """

    breaches: list[Breach] = field(default_factory=list)


@contextmanager
def standard() -> Iterator[None]:
    """The default dtype and device that torch starts with, for a while: a check means the same in every notebook."""
    dtype, device = torch.get_default_dtype(), torch.get_default_device()
    torch.set_default_dtype(torch.float32)
    _set_default_device(torch.device("cpu"))
    try:
        yield
    finally:
        torch.set_default_dtype(dtype)
        _set_default_device(device)


@contextmanager
def restored() -> Iterator[None]:
    """Put torch's settings back at the end, whatever code has run meanwhile."""
    settings = [setting.read() for setting in _SETTINGS]
    with torch.enable_grad():
        try:
            yield
        finally:
            _put_back(settings)


@contextmanager
def watched(seeds: random.Random, function: Any, args: list[Any], kwargs: dict[str, Any]) -> Iterator[Watch]:
    """Compare settings and arguments around a call, which runs with gradients on, and put the settings back.

    Every call has streams of random numbers of its own. Drawing from torch's, NumPy's and Python's global generators
    is anyone's right; seeding them is not, since all code that draws after it then repeats itself.

    Args:
        seeds: where the streams' seeds come from.
        function: that is called.
        args, kwargs: of the call.

    Yields:
        What was found, once the context is left without an exception.
    """
    found = Watch()
    settings = [setting.read() for setting in _SETTINGS]
    traits = _traits(function, args, kwargs)
    with torch.inference_mode(False), torch.enable_grad(), _streams(seeds, found):
        try:
            yield found
            found.breaches += _mode_breaches()
            found.breaches += _setting_breaches(settings)
            found.breaches += _trait_breaches(traits, _traits(function, args, kwargs))
        finally:
            _put_back(settings)


def hooks(module: nn.Module) -> list[str]:
    """The hooks of a module, without its children, and of its parameters."""
    found = [name.strip("_") for name in _MODULE_HOOKS if getattr(module, name, None)]
    parameters = {name: p for name, p in module._parameters.items() if p is not None}
    return found + [f"hooks of {name}" for name, p in parameters.items() if _count(p, _PARAMETER_HOOKS)]


def _put_back(settings: list[Any]) -> None:
    for setting, before in zip(_SETTINGS, settings, strict=True):
        if setting.read() != before:
            setting.write(before)


def _set_default_device(device: torch.device) -> None:
    torch.set_default_device(None if device.type == "cpu" else device)


def _mode_breaches() -> Iterator[Breach]:
    remedy = "use `with torch.no_grad():`, which ends by itself, also where something raises"
    if not torch.is_grad_enabled():
        yield "gradients switched on, as they were before the call", "switched off for all code that follows", remedy
    if torch.is_inference_mode_enabled():
        yield "the inference mode as it was before the call", "switched on for all code that follows", remedy


def _setting_breaches(before: list[Any]) -> Iterator[Breach]:
    for setting, was in zip(_SETTINGS, before, strict=True):
        now = setting.read()
        if now != was:
            hint = f"a function that changes it changes it for all code that follows: {setting.remedy}"
            yield f"{setting.name} left at {was}", f"{now} after the call", hint


@contextmanager
def _streams(seeds: random.Random, found: Watch) -> Iterator[None]:
    # NumPy's legacy generator is the one that is global.
    before = torch.get_rng_state(), np.random.get_state(), random.getstate()  # noqa: NPY002
    seed = seeds.getrandbits(32)
    torch.manual_seed(seed)
    np.random.seed(seed)  # noqa: NPY002
    random.seed(seed)
    numpy_words, words = _numpy_words(), random.getstate()[1][:_WORDS]
    try:
        yield
        seeded = {
            "torch": torch.initial_seed() != seed,
            "NumPy": not _follows(numpy_words, _numpy_words()),
            "Python": not _follows(words, random.getstate()[1][:_WORDS]),
        }
        generator = {
            "torch": "torch.Generator().manual_seed(...)",
            "NumPy": "np.random.default_rng(...)",
            "Python": "random.Random(...)",
        }
        for name in (name for name, is_seeded in seeded.items() if is_seeded):
            hint = "all code that follows would draw the same numbers again: if you need numbers that can be repeated, "
            expected = f"{name}'s global random generator with the seed that it had"
            found.breaches.append((expected, "seeded anew in the call", f"{hint}use `{generator[name]}`"))
    finally:
        torch.set_rng_state(before[0])
        np.random.set_state(before[1])  # noqa: NPY002
        random.setstate(before[2])


def _numpy_words() -> tuple[int, ...]:
    return tuple(np.random.get_state()[1].tolist())  # type: ignore[index]  # noqa: NPY002


def _follows(before: tuple[int, ...], after: tuple[int, ...]) -> bool:
    """Whether a Mersenne Twister comes from one state to another by drawing numbers alone."""
    if before == after:
        return True
    stepped, wanted = np.random.MT19937(), np.array(after, dtype=np.uint32)
    stepped.state = {"bit_generator": "MT19937", "state": {"key": np.array(before, dtype=np.uint32), "pos": _WORDS}}
    for _ in range(_MOST_DRAWN):
        stepped.random_raw(_WORDS, output=False)
        if np.array_equal(stepped.state["state"]["key"], wanted):
            return True
    return False


def _traits(function: Any, args: list[Any], kwargs: dict[str, Any]) -> dict[tuple[str, str], Any]:
    """From (what, which trait) to its value, for all tensors, modules and optimizers among the arguments."""
    names = _names(function, len(args))
    every = {f"`{name}`": value for name, value in [*zip(names, args, strict=True), *kwargs.items()]}
    return {(what, trait): value for name, each in every.items() for what, trait, value in _walk(each, name)}


def _names(function: Any, count: int) -> list[str]:
    """The names of a function's first arguments; their places where it has none."""
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        parameters = []
    by_place = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)][:count]
    return by_place + [f"argument {place}" for place in range(len(by_place), count)]


def _walk(value: Any, name: str) -> Iterator[tuple[str, str, Any]]:
    if isinstance(value, nn.Module):
        for path, module in value.named_modules():
            what = f"{path} of {name}" if path else name
            yield what, "training", module.training
            yield what, "hooks", _count(module, _MODULE_HOOKS)
            if isinstance(getattr(module, "inplace", None), bool):
                yield what, "inplace", module.inplace
        for path, parameter in value.named_parameters():
            yield from _walk(parameter, f"{path} of {name}")
    elif isinstance(value, Tensor):
        yield name, "requires_grad", value.requires_grad
        yield name, "hooks", _count(value, _PARAMETER_HOOKS)
    elif isinstance(value, torch.optim.Optimizer):
        yield name, "hooks", _count(value, _OPTIMIZER_HOOKS)
    elif isinstance(value, list | tuple | dict):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in list(items):
            yield from _walk(item, f"{name}[{key!r}]")


def _count(owner: Any, kinds: tuple[str, ...]) -> int:
    return sum(len(getattr(owner, kind, None) or ()) for kind in kinds)


def _trait_breaches(before: dict[tuple[str, str], Any], after: dict[tuple[str, str], Any]) -> Iterator[Breach]:
    for (what, trait), was in before.items():
        now = after.get((what, trait), was)
        if now == was:
            continue
        match trait:
            case "training":
                mode = {True: "training mode", False: "evaluation mode"}
                hint = "the caller goes on with this model: leave its mode, or put it back (or work on a copy)"
                yield f"{what} left in {mode[was]}", f"in {mode[now]} after the call", hint
            case "requires_grad":
                hint = "the caller goes on with it: `detach()` and `copy.deepcopy` make something of your own to change"
                yield f"{what} left with requires_grad={was}", f"requires_grad={now} after the call", hint
            case "inplace":
                hint = "the caller goes on with this layer: work on a copy"
                yield f"{what} left with inplace={was}", f"inplace={now} after the call", hint
            case _:
                hint = "a hook that stays works in everything that follows: call `remove()` of what registering gave"
                if now < was:
                    hint = "hooks of others are gone: remove none but those that your function has registered"
                yield f"{what} with the {was} hooks that it had", f"{now} hooks after the call", hint
