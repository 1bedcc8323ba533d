"""A file of weights that leaves out the zeros: bitmask and values, gzipped.

Reference: Han, Mao and Dally 2016, "Deep Compression" (sparse storage and entropy coding of pruned networks).
"""

import gzip
import math
import os
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from torch import Tensor, nn

from compresslab.errors import InputError
from compresslab.files import atomic_write
from compresslab.weights.file import collect, fill, pack, unpack
from compresslab.weights.sparse import bitmask_bytes, dense_bytes, nonzero

_BITMASK, _VALUES = "|bitmask", "|values"
_NOTES_BYTES = 2**24  # of ties and extra states: a skeleton doesn't tell their size


def save_compressed(model: nn.Module, path: str | os.PathLike[str]) -> int:
    """Write all parameters and buffers without their zeros, and give the file's size in bytes.

    The file is a gzipped safetensors file: plain numbers, nothing that could run when it is loaded. A tensor with
    enough zeros is a bitmask and its values, any other is dense. Values are not rounded; minus zero becomes zero.
    Tied weights are stored once.

    Raises:
        InputError: the path is a folder, or something can't be stored, as in `save_weights`; or a name has a bar.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     size = save_compressed(nn.Linear(2, 3), f"{folder}/w.gz")
    ...     load_compressed(nn.Linear(2, 3), f"{folder}/w.gz")
    Linear(in_features=2, out_features=3, bias=True)
    """
    state, notes = collect(model)
    tensors: dict[str, Tensor] = {}
    for name, tensor in state.items():
        if "|" in name:  # possible in a ParameterDict; "a" and "a|bitmask" would be stored under one name
            raise InputError(f"{name!r} has a bar in its name, which marks the parts of a tensor here: rename it.")
        if bitmask_bytes(tensor) < dense_bytes(tensor):
            mask = nonzero(tensor)
            tensors[name + _BITMASK] = torch.from_numpy(np.packbits(mask.flatten().numpy()))
            tensors[name + _VALUES] = _select(tensor, mask)
        else:
            tensors[name] = tensor
    data = gzip.compress(pack(tensors, notes), compresslevel=9, mtime=0)
    with atomic_write(path) as partial:
        partial.write_bytes(data)
    return len(data)


def load_compressed(skeleton: nn.Module, path: str | os.PathLike[str], *, cast: bool = False) -> nn.Module:
    """Fill `skeleton` (modified, and given back) with what `save_compressed` wrote at `path`.

    Args:
        skeleton: of the saved architecture; it may be on the meta device.
        path: of the file.
        cast: convert to the skeleton's dtypes where the file has others; otherwise those are refused.

    Raises:
        InputError: the file is missing, damaged, or of another architecture. The skeleton is then as it was.

    >>> import tempfile
    >>> layer = nn.Linear(2, 3)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     size = save_compressed(layer, f"{folder}/w.gz")
    ...     loaded = load_compressed(nn.Linear(2, 3, device="meta"), f"{folder}/w.gz")
    >>> torch.equal(loaded.weight, layer.weight)
    True
    """
    wanted = {name: value for name, value in skeleton.state_dict().items() if isinstance(value, Tensor)}
    numbers = sum(value.numel() * max(8, value.element_size()) for value in wanted.values())
    names = sum(len(name) + 128 for name in wanted)  # a line of the header gives shape, dtype and place too
    tensors, notes = _read(path, limit=2 * (numbers + names) + _NOTES_BYTES)
    state: dict[str, Tensor] = {}
    for name, like in wanted.items():
        if name in tensors:
            state[name] = tensors.pop(name)
        elif name + _BITMASK in tensors:
            mask, values = tensors.pop(name + _BITMASK), tensors.pop(name + _VALUES, None)
            unpacked = None if values is None else _unpack(mask, values, like)
            if unpacked is None:
                raise InputError(f"{path} has no tensor {name!r} of shape {tuple(like.shape)}: other model?")
            state[name] = unpacked
    leftover = {name.partition("|")[0]: tensor for name, tensor in tensors.items()}
    if twice := state.keys() & leftover.keys():
        raise InputError(f"{path} is damaged: it has {min(twice)!r} both with and without its zeros.")
    return fill(skeleton, {**state, **leftover}, notes, path, cast=cast)


def _select(tensor: Tensor, mask: Tensor) -> Tensor:
    if tensor.element_size() == 1:  # no selecting by mask in float8
        return tensor.view(torch.uint8)[mask].view(tensor.dtype)
    return tensor[mask]


def _unpack(bits: Tensor, values: Tensor, like: Tensor) -> Tensor | None:
    """The tensor of the shape of `like` with `values` at the bits that are set; None where they don't fit together."""
    if bits.dtype != torch.uint8 or bits.shape != (math.ceil(like.numel() / 8),):
        return None
    mask = torch.from_numpy(np.unpackbits(bits.numpy(), count=like.numel())).bool().view(like.shape)
    if values.shape != (int(mask.sum()),):  # a single value would otherwise be taken for all places
        return None
    unpacked = torch.zeros(like.shape, dtype=values.dtype)
    narrow = values.element_size() == 1
    (unpacked.view(torch.uint8) if narrow else unpacked)[mask] = values.view(torch.uint8) if narrow else values
    return unpacked


def _read(path: str | os.PathLike[str], *, limit: int) -> tuple[dict[str, Tensor], dict[str, Any]]:
    try:
        # A few kilobytes can unpack to gigabytes, so no more is read and unpacked than this model could need.
        unzip = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
        with Path(path).open("rb") as file:
            data = unzip.decompress(file.read(limit), limit)
        if not unzip.eof:
            raise InputError(f"{path} is cut short, or holds more than this model has.")
        if unzip.unused_data:
            raise InputError(f"{path} is damaged: something follows its end.")
        return unpack(data)
    except (OSError, zlib.error, SafetensorError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{path} is missing, damaged, or not written by save_compressed.") from error
