"""A short checksum of whatever a computation depends on: tensors, models, settings, functions with what they hold.

Two objectives made by the same line with another temperature or another teacher are two functions of one name. What
tells them apart is their closure, so a function counts as its name, its defaults and the variables that it holds.
"""

import functools
import hashlib
import types
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePath
from typing import Any

import torch
from torch import Tensor, nn

from compresslab.errors import InputError


def fingerprint(value: object) -> str:
    """Sixteen hexadecimal digits, equal in every process for equal values.

    Args:
        value: plain values and collections of them, tensors, modules, functions, and objects made of those. A named
            function counts with its defaults and closure, not with its code, so that mending a comment or changing
            Python's version invalidates nothing; a lambda, whose name says nothing, counts with its code.

    Raises:
        InputError: something in it has no contents to compare, such as an open file.

    >>> fingerprint(lambda x: 2 * x) == fingerprint(lambda x: 3 * x)
    False
    """
    digest = hashlib.blake2b(digest_size=8)
    _add(value, digest.update, ())
    return digest.hexdigest()


def _add(value: object, update: Callable[[bytes | memoryview], None], above: tuple[int, ...]) -> None:
    if id(value) in above:  # a recursive function holds itself
        update(b"<itself>")
        return
    above = (*above, id(value))
    update(f"<{type(value).__module__}.{type(value).__qualname__}>".encode())
    if value is None or isinstance(value, str | int | float | complex | PurePath | torch.dtype | torch.device):
        update(repr(value).encode())
    elif isinstance(value, bytes):
        update(value)
    elif isinstance(value, Tensor):
        update(f"{value.dtype} {tuple(value.shape)}".encode())
        update(value.detach().cpu().contiguous().flatten().view(torch.uint8).numpy().data)
    elif isinstance(value, torch.Generator):
        _add(value.get_state(), update, above)
    elif isinstance(value, type | types.ModuleType | types.BuiltinFunctionType):
        update(f"{getattr(value, '__module__', '')}.{getattr(value, '__qualname__', value.__name__)}".encode())
    else:
        for part in _parts(value):
            _add(part, update, above)
    update(b"</>")


def _parts(value: Any) -> Sequence[object]:
    """What a compound value is made of, in an order that doesn't depend on the process."""
    if hasattr(type(value), "__fingerprint__"):  # an object that knows better, such as a file with a checksum
        return [value.__fingerprint__()]
    if isinstance(value, nn.Module):
        return [repr(value), dict(value.state_dict())]  # the repr has what is no tensor: strides, probabilities
    if isinstance(value, Mapping):
        return [part for item in value.items() for part in item]
    if isinstance(value, list | tuple):
        return list(value)
    if isinstance(value, set | frozenset):
        return sorted(fingerprint(item) for item in value)
    if isinstance(value, functools.partial):
        return [value.func, value.args, value.keywords]
    if isinstance(value, types.MethodType):
        return [value.__func__, value.__self__]
    if isinstance(value, types.FunctionType):
        held = [cell.cell_contents for cell in value.__closure__ or ()]
        code: object = None
        if value.__name__ == "<lambda>":
            constants = [c for c in value.__code__.co_consts if not isinstance(c, types.CodeType)]
            code = (value.__code__.co_code, value.__code__.co_names, constants)
        return [value.__module__, value.__qualname__, code, value.__defaults__, value.__kwdefaults__, held]
    if hasattr(value, "__dict__"):
        return [vars(value)]
    raise InputError(f"{value!r} can't be told from others of its type: leave it out of what the result depends on.")
