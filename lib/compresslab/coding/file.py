"""A file of coded weights: tensors with few values are a codebook and Huffman codes, others are as they are.

The layout, numbers with the low byte first:

    4 bytes   CLHC
    4 bytes   length h of the header
    4 bytes   CRC-32 of all that follows: a flipped bit would decode to other weights, and nothing else would tell
    h bytes   the header, JSON compressed by zlib: of each tensor name, dtype, shape, kind, and the bytes of its parts
    the rest  the parts, one after the other

A tensor's kind is what takes the fewest bytes:

    plain     its values
    coded     a codebook, the lengths of the codes, and a code for every value
    sparse    the same for what isn't zero, and before it codes of the gaps: so many zeros before each of those.
              Where a gap is longer than a code says, a code stands for that many zeros and no value.

Nothing in it runs when it is loaded.

Reference:
    Han, Mao and Dally 2016, "Deep Compression" (gaps and values, both with Huffman's codes).
"""

import json
import math
import os
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from compresslab.coding.huffman import code_lengths, decode, encode
from compresslab.errors import InputError
from compresslab.files import atomic_write
from compresslab.weights.file import collect, fill

_MAGIC = b"CLHC"
_START = 12
_HEADER_BYTES = 2**26  # unpacked: more would be an attack on the memory
_MOST_VALUES = 2**16
_LONGEST_GAP = 255  # this code: as many zeros, and no value
_NUMBERS: Mapping[int, torch.dtype] = {1: torch.uint8, 2: torch.int16, 4: torch.int32, 8: torch.int64}
_DTYPES = {
    str(dtype).removeprefix("torch."): dtype
    for dtype in (
        torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.float8_e4m3fn, torch.float8_e5m2,
        torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool,
    )
}  # fmt: skip
Bits = npt.NDArray[Any]


def save_coded(model: nn.Module, path: str | os.PathLike[str]) -> int:
    """Write all parameters and buffers, coded where this is shorter, and give the file's size in bytes.

    Weights come back bit for bit: rounding them to few values (`share_weights`, `quantize_weights`) is done before.

    Args:
        model: not modified.
        path: of the file to make or replace.

    Raises:
        InputError: the path is a folder, or a tensor can't be stored, as in `weights.save_weights`.

    >>> import tempfile
    >>> from compresslab.coding import share_weights
    >>> shared = share_weights(nn.Linear(64, 64), bits=2)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     size = save_coded(shared, f"{folder}/w.coded")
    ...     loaded = load_coded(nn.Linear(64, 64), f"{folder}/w.coded")
    >>> torch.equal(loaded.weight, shared.weight), size < 64 * 64 * 4 / 8
    (True, True)
    """
    tensors, notes = collect(model)
    lines, parts = [], []
    for name, tensor in tensors.items():
        kind, pieces = _shortest(name, tensor)
        lines.append([name, str(tensor.dtype).removeprefix("torch."), list(tensor.shape), kind, [*map(len, pieces)]])
        parts += pieces
    said = json.dumps({"tensors": lines, "notes": notes}, allow_nan=False, separators=(",", ":")).encode()
    header = zlib.compress(said, 9)
    body = b"".join([header, *parts])
    data = _MAGIC + len(header).to_bytes(4, "little") + zlib.crc32(body).to_bytes(4, "little") + body
    with atomic_write(path) as partial:
        partial.write_bytes(data)
    return len(data)


def load_coded(skeleton: nn.Module, path: str | os.PathLike[str]) -> nn.Module:
    """Fill `skeleton` (modified, and given back) with what `save_coded` wrote at `path`.

    Args:
        skeleton: of the saved architecture; it may be on the meta device.
        path: of the file.

    Raises:
        InputError: the file is missing, damaged, or of another architecture. The skeleton is then as it was.

    >>> load_coded(nn.Linear(2, 3), "nowhere.coded")
    Traceback (most recent call last):
    compresslab.errors.InputError: nowhere.coded can't be read (No such file or directory): name a file of save_coded.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"{path} can't be read ({error.strerror}): name a file of save_coded.") from error
    lines, notes, place = _header(data, path)
    wanted = {name: value for name, value in skeleton.state_dict().items() if isinstance(value, Tensor)}
    tensors: dict[str, Tensor] = {}
    for name, dtype, shape, kind, sizes in lines:
        if name not in wanted or tuple(shape) != tuple(wanted[name].shape):  # before any memory is taken for it
            here = tuple(wanted[name].shape) if name in wanted else "absent"
            raise InputError(f"{path} is of another architecture ({name} is {tuple(shape)} there and {here} here).")
        pieces = []
        for size in sizes:
            pieces.append(data[place : place + size])
            place += size
        try:
            tensors[name] = _read(kind, pieces, _DTYPES[dtype], math.prod(shape)).reshape(shape)
        except (KeyError, ValueError, IndexError) as error:
            raise InputError(f"{path} is damaged at {name!r} ({error}): write it again.") from error
    if place != len(data):
        raise InputError(f"{path} has {len(data) - place} bytes more or less than its header says: write it again.")
    return fill(skeleton, tensors, notes, path)


def _header(data: bytes, path: object) -> tuple[list[Any], dict[str, Any], int]:
    """Lines and notes of the header, and where the parts begin; all of it of the right types."""
    if data[:4] != _MAGIC:
        raise InputError(f"{path} is no file of coded weights: it doesn't begin with {_MAGIC.decode()}.")
    end = _START + int.from_bytes(data[4:8], "little")
    if len(data) < end or zlib.crc32(data[_START:]) != int.from_bytes(data[8:_START], "little"):
        raise InputError(f"{path} is cut short or damaged, as its checksum shows: write it again.")
    try:
        unpacking = zlib.decompressobj()
        header = json.loads(unpacking.decompress(data[_START:end], _HEADER_BYTES))
        lines, notes = header["tensors"], header["notes"]
        whole = all(
            isinstance(name, str) and isinstance(dtype, str) and isinstance(kind, str)
            and all(type(number) is int and number >= 0 for number in [*shape, *sizes])
            for name, dtype, shape, kind, sizes in lines
        )  # fmt: skip
        if not whole or not isinstance(notes, dict) or len({line[0] for line in lines}) < len(lines):
            raise ValueError("entries of other types, or a name twice")
    except (zlib.error, ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError(f"{path} has a damaged header ({error}): write it again.") from error
    return lines, notes, end


def _shortest(name: str, tensor: Tensor) -> tuple[str, list[bytes]]:
    """The kind that takes the fewest bytes, and its parts."""
    if str(tensor.dtype).removeprefix("torch.") not in _DTYPES:
        raise InputError(f"{name!r} is {tensor.dtype}, which this file doesn't hold: convert it, or use save_weights.")
    choices = {"plain": [_to_bytes(tensor)]}
    numbers = _as_numbers(tensor)
    if len(numbers) and len(values := np.unique(numbers)) <= _MOST_VALUES:
        choices["coded"] = _coded(numbers, values)
        if (numbers == 0).any() and len(values) > 1:  # minus zero is another number here, and kept as such
            choices["sparse"] = _gaps(numbers) + _coded(numbers[numbers != 0], values[values != 0])
    kind = min(choices, key=lambda choice: sum(map(len, choices[choice])))
    return kind, choices[kind]


def _coded(numbers: Bits, values: Bits) -> list[bytes]:
    """Codebook, lengths and codes; or the numbers themselves, where this is shorter. A single value needs no codes."""
    if len(values) == 1 or 2 * len(values) > len(numbers):  # a value costs a line of the codebook, and a code besides
        return [(values if len(values) == 1 else numbers).tobytes(), b"", b""]
    symbols = np.searchsorted(values, numbers)
    lengths = code_lengths(np.bincount(symbols, minlength=len(values)).tolist())
    return [values.tobytes(), bytes(lengths), encode(symbols, lengths)]


def _decoded(pieces: list[bytes], dtype: Any, count: int) -> Bits:
    book, lengths, codes = pieces
    values = np.frombuffer(book, dtype=dtype)
    if not lengths and not codes:
        return np.full(count, values[0]) if len(values) == 1 else values
    if len(lengths) != len(values):
        raise ValueError("codebook and lengths are not equally many")
    return values[decode(codes, list(lengths), count)]


def _gaps(numbers: Bits) -> list[bytes]:
    """Number, lengths and codes of the gaps before each number that isn't zero."""
    gaps = np.diff(np.flatnonzero(numbers), prepend=-1) - 1
    long = gaps // _LONGEST_GAP  # so many codes of zeros alone come first
    symbols = np.full(int(long.sum()) + len(gaps), _LONGEST_GAP)
    symbols[np.cumsum(long + 1) - 1] = gaps % _LONGEST_GAP
    lengths = code_lengths(np.bincount(symbols, minlength=_LONGEST_GAP + 1).tolist())
    return [len(symbols).to_bytes(8, "little"), bytes(lengths), encode(symbols, lengths)]


def _places(pieces: list[bytes], count: int) -> Bits:
    """Where the numbers stand that are not zero."""
    number, lengths, codes = pieces
    steps = int.from_bytes(number, "little")
    if steps > count:
        raise ValueError("more gaps than values")
    gaps = decode(codes, list(lengths), steps)
    alone = gaps == _LONGEST_GAP
    places = (np.cumsum(np.where(alone, _LONGEST_GAP, gaps + 1)) - 1)[~alone]
    if len(lengths) > _LONGEST_GAP + 1 or (len(places) and places[-1] >= count):
        raise ValueError("a gap that leads beyond the end")
    return places


def _read(kind: str, pieces: list[bytes], dtype: torch.dtype, count: int) -> Tensor:
    """A flat tensor from the parts of its kind."""
    width = torch.empty((), dtype=dtype).element_size()
    numbers = np.dtype(f"<i{width}" if width > 1 else "u1")
    if kind == "plain":
        (values,) = pieces
        flat = np.frombuffer(values, dtype=numbers)
    elif kind == "coded":
        flat = _decoded(pieces, numbers, count)
    elif kind == "sparse":
        places = _places(pieces[:3], count)
        flat = np.zeros(count, dtype=numbers)
        flat[places] = _decoded(pieces[3:], numbers, len(places))
    else:
        raise ValueError(f"the unknown kind {kind!r}")
    if len(flat) != count:
        raise ValueError(f"{len(flat)} values in the place of {count}")
    return torch.from_numpy(flat.copy()).view(dtype)


def _as_numbers(tensor: Tensor) -> Bits:
    """The bits of each value as a whole number, so that all values, NaN and minus zero too, are told apart."""
    width = tensor.element_size()
    return tensor.flatten().view(_NUMBERS[width]).numpy().astype(f"<i{width}" if width > 1 else "u1")


def _to_bytes(tensor: Tensor) -> bytes:
    return _as_numbers(tensor).tobytes()
