"""Plain data as bytes: the only thing that passes between a check and a learner's code.

A message is a JSON header that describes the value, followed by the raw bytes of its tensors, arrays and byte
strings in the order in which the header mentions them. Types are exact: an object of a subclass may answer `==` as it
likes, so it isn't plain data. Nothing is ever unpickled, and what arrives is checked before memory is set aside.
"""

import json
import math
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np
import torch
from torch import Tensor, nn

LIMIT_BYTES = 64 * 2**20  # of one message; the largest model of an assignment is far smaller
LIMIT_HEADER_BYTES = 16 * 2**20  # JSON grows about tenfold when it is read
LIMIT_DEPTH = 64
_LARGEST_KEY = 2**60  # each int below is its own hash; multiples of 2**61 - 1 share one, and a dict of many takes hours
LIMIT_INTEGER_BITS = 1000  # so that it has a value as a float

_TORCH = {
    str(dtype).removeprefix("torch."): dtype
    for dtype in (
        torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64,
        torch.float16, torch.bfloat16, torch.float32, torch.float64,
    )
}  # fmt: skip
_TORCH_NAMES = {dtype: name for name, dtype in _TORCH.items()}
_NUMPY = {name: np.dtype(name) for name in _TORCH if name != "bfloat16"}
_NUMPY_SCALARS = {dtype.type: name for name, dtype in _NUMPY.items()}
_DICTS = (dict, OrderedDict, defaultdict, Counter)  # all of them arrive as a dict
_PLAIN = "tensors, arrays, numbers, strings, bytes, None, or lists, tuples and dicts of them"

Hook = Callable[[Any], "Tagged | None"]
Revive = Callable[["Tagged"], Any]


class NotPlain(ValueError):
    """A value that cannot be sent: the message names the part and what may be sent instead."""


class Malformed(ValueError):
    """Bytes that are no message of this format."""


@dataclass(frozen=True)
class Tagged:
    """Something that isn't plain data, described by plain data: a module, a handle, a specification."""

    tag: str
    content: Any


def encode(value: Any, hook: Hook = lambda value: None) -> bytes:
    """Turn a value into a message.

    Args:
        value: plain data: None, bool, int, float, str, bytes, list, tuple, dict (keys str or int), torch.Tensor,
            nn.Parameter (sent as a tensor), numpy arrays and scalars, torch.dtype, torch.Size (sent as a tuple).
        hook: asked about everything else; gives a `Tagged` whose content is then encoded, or None to refuse.

    Raises:
        NotPlain: a part is of another type, nested too deeply (or in a circle), or the whole is too large.
    """
    packer = _Packer(hook)
    header = json.dumps(packer.pack(value, ())).encode()
    if len(header) > LIMIT_HEADER_BYTES:
        raise NotPlain(f"the data have too many parts to be sent: at most {LIMIT_HEADER_BYTES >> 20} MiB of them.")
    return b"".join([len(header).to_bytes(4, "big"), header, *packer.blobs])


def decode(message: bytes, revive: Revive = lambda tagged: tagged) -> Any:
    """Turn a message back into the value.

    Args:
        message: what `encode` gave, or bytes from a process that isn't trusted.
        revive: called with each `Tagged`, inner ones first; its result takes their place.

    Raises:
        Malformed: the bytes are no message.
    """
    if len(message) > LIMIT_BYTES + LIMIT_HEADER_BYTES + 4:
        raise Malformed("the message is too long")
    end = 4 + int.from_bytes(message[:4], "big")
    if len(message) < end or end > LIMIT_HEADER_BYTES + 4:
        raise Malformed("the header's length is wrong")
    unpacker = _Unpacker(message, end, revive)
    try:
        value = unpacker.unpack(json.loads(message[4:end]))
    except Malformed:
        raise
    except (ValueError, TypeError, KeyError, RecursionError, OverflowError, RuntimeError) as error:
        raise Malformed(f"the header is wrong: {type(error).__name__}") from error
    if unpacker.position != len(message):
        raise Malformed("bytes are left over")
    return value


class _Packer:
    def __init__(self, hook: Hook) -> None:
        self.hook = hook
        self.blobs: list[bytes] = []
        self.size = 0

    def pack(self, value: Any, path: tuple[Any, ...]) -> Any:
        if len(path) > LIMIT_DEPTH:
            raise NotPlain(f"the data are nested more than {LIMIT_DEPTH} deep (or in a circle).")
        kind = type(value)
        if value is None or kind in (bool, float, str):
            return value
        if kind is int:
            if value.bit_length() > LIMIT_INTEGER_BITS:
                self.refuse(path, f"an integer of more than {LIMIT_INTEGER_BITS} bits")
            return value
        if kind in (list, tuple, torch.Size):
            items = [self.pack(item, (*path, index)) for index, item in enumerate(value)]
            return ["list" if kind is list else "tuple", items]
        if kind in _DICTS:
            return ["dict", [self.pack_item(key, item, path) for key, item in value.items()]]
        if kind is bytes:
            self.reserve(len(value))
            self.blobs.append(value)
            return ["bytes", len(value)]
        if kind in (Tensor, nn.Parameter):
            return self.pack_tensor(value, path)
        if kind is np.ndarray and value.dtype.name in _NUMPY:
            return self.pack_array(value)
        if kind in _NUMPY_SCALARS:
            return ["number", *self.pack_array(np.asarray(value))[1:]]
        if kind is torch.dtype and value in _TORCH_NAMES:
            return ["dtype", _TORCH_NAMES[value]]
        tagged = value if kind is Tagged else self.hook(value)
        if tagged is None:
            self.refuse(path, f"of type {kind.__module__}.{kind.__qualname__}")
        return ["tagged", tagged.tag, self.pack(tagged.content, (*path, f"<{tagged.tag}>"))]

    def pack_item(self, key: Any, item: Any, path: tuple[Any, ...]) -> list[Any]:
        if type(key) not in (str, int):
            self.refuse(path, f"a dict with a key of type {type(key).__name__} (keys must be str or int)")
        if type(key) is int and abs(key) > _LARGEST_KEY:
            self.refuse(path, "a dict with a key beyond 2**60")
        return [key, self.pack(item, (*path, key))]

    def pack_tensor(self, tensor: Tensor, path: tuple[Any, ...]) -> list[Any]:
        if tensor.layout != torch.strided or tensor.device.type != "cpu" or tensor.dtype not in _TORCH_NAMES:
            self.refuse(path, f"a {tensor.layout} tensor of {tensor.dtype} on {tensor.device}")
        self.reserve(tensor.numel() * tensor.element_size())  # an expanded tensor can be larger than the memory
        # Not `contiguous()`: it keeps the odd strides of dimensions of size 1, which can't be viewed as bytes.
        data = torch.empty(tensor.shape, dtype=tensor.dtype).copy_(tensor.detach())
        self.blobs.append(data.reshape(-1).view(torch.uint8).numpy().tobytes())
        stride = None
        if not tensor.is_contiguous() and _extent(tensor.shape, tensor.stride()) <= 2 * tensor.numel() + 64:
            stride = list(tensor.stride())
        return ["tensor", _TORCH_NAMES[tensor.dtype], list(tensor.shape), stride, tensor.requires_grad]

    def pack_array(self, array: np.ndarray[Any, Any]) -> list[Any]:
        self.reserve(array.size * array.itemsize)
        self.blobs.append(array.astype(array.dtype.newbyteorder("="), copy=False).tobytes())
        return ["array", array.dtype.name, list(array.shape)]

    def reserve(self, size: int) -> None:
        self.size += size
        if self.size > LIMIT_BYTES:
            raise NotPlain(f"the data are too large to be sent: at most {LIMIT_BYTES >> 20} MiB.")

    def refuse(self, path: tuple[Any, ...], what: str) -> NoReturn:
        part = "".join(f"[{key!r}]" for key in path)
        raise NotPlain(f"the {f'part {part}' if part else 'value'} is {what}, not plain data: use {_PLAIN}.")


class _Unpacker:
    def __init__(self, message: bytes, position: int, revive: Revive) -> None:
        self.message = message
        self.position = position
        self.revive = revive
        self.budget = LIMIT_BYTES

    def unpack(self, node: Any) -> Any:
        if not isinstance(node, list):
            if isinstance(node, dict) or (isinstance(node, int) and node.bit_length() > LIMIT_INTEGER_BITS):
                raise Malformed("a JSON object, or too large a number")
            return node
        match node:
            case ["list", list(items)]:
                return [self.unpack(item) for item in items]
            case ["tuple", list(items)]:
                return tuple(self.unpack(item) for item in items)
            case ["dict", list(items)]:
                return {self.key(key): self.unpack(item) for key, item in items}
            case ["bytes", int(size)]:
                return self.take(size)
            case ["tensor", str(dtype), list(shape), stride, bool(requires_grad)]:
                return self.tensor(_TORCH[dtype], _sizes(shape), stride).requires_grad_(requires_grad)
            case ["array", str(dtype), list(shape)]:
                return self.array(dtype, _sizes(shape))
            case ["number", str(dtype), []]:
                return self.array(dtype, ())[()]
            case ["dtype", str(name)]:
                return _TORCH[name]
            case ["tagged", str(tag), content]:
                return self.revive(Tagged(tag, self.unpack(content)))
        raise Malformed(f"an unknown node {str(node[:1])[:40]}")

    def key(self, key: Any) -> str | int:
        if type(key) not in (str, int):
            raise Malformed("a key that is no str or int")
        if type(key) is int and abs(key) > _LARGEST_KEY:
            raise Malformed("a key that is too large a number")
        return key

    def tensor(self, dtype: torch.dtype, shape: Sequence[int], stride: list[int] | None) -> Tensor:
        count = math.prod(shape)
        # Other bytes than 0 and 1 would make a bool that is neither true nor false.
        flat = self.flat(torch.uint8, count) != 0 if dtype == torch.bool else self.flat(dtype, count)
        if stride is None:
            return flat.reshape(shape)
        steps = _sizes(stride)
        extent = _extent(shape, steps)
        if len(steps) != len(shape) or extent > 2 * count + 64:
            raise Malformed("a wrong stride")
        self.spend(int(extent) * dtype.itemsize)
        return torch.empty_strided(shape, steps, dtype=dtype).copy_(flat.reshape(shape))

    def flat(self, dtype: torch.dtype, count: int) -> Tensor:
        data = self.take(count * dtype.itemsize)
        return torch.frombuffer(bytearray(data), dtype=dtype) if data else torch.empty(0, dtype=dtype)

    def array(self, name: str, shape: Sequence[int]) -> np.ndarray[Any, Any]:
        dtype = _NUMPY[name]
        data = self.take(math.prod(shape) * dtype.itemsize)
        stored = np.frombuffer(data, dtype=np.uint8 if name == "bool" else dtype)
        return stored.astype(dtype).reshape(shape)

    def take(self, size: int) -> bytes:
        if not 0 <= size <= len(self.message) - self.position:
            raise Malformed("bytes are missing")
        self.spend(size)
        start, self.position = self.position, self.position + size
        return self.message[start : self.position]

    def spend(self, size: int) -> None:
        self.budget -= size
        if self.budget < 0:
            raise Malformed("the message is too long")


def _sizes(values: Any) -> tuple[int, ...]:
    if type(values) is not list or len(values) > 16 or not all(type(n) is int and 0 <= n < 2**40 for n in values):
        raise Malformed("a wrong shape")
    return tuple(values)


def _extent(shape: Sequence[int], stride: Sequence[int]) -> float:
    """How many elements lie between the first and the last one of a tensor; infinite where elements overlap."""
    reach = 1
    for step, size in sorted(zip(stride, shape, strict=False)):
        if size > 1 and step < reach:
            return math.inf
        reach += max(size - 1, 0) * step
    return reach
