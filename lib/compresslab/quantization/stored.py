"""A file of few-bit weights: their integers and scales in place of the real numbers, gzipped.

The integers lie in a byte each (two from 9 bits on) and gzip codes the frequent ones shortly, so a weight of b bits
takes about b bits at most, and fewer where small values or zeros are many: measure the file, don't compute its size.

Reference: Han, Mao and Dally 2016, "Deep Compression" (entropy coding of quantized weights).
"""

import gzip
import os
import zlib
from collections.abc import Mapping
from pathlib import Path

from safetensors import SafetensorError
from torch import nn

from compresslab.cost import prunable_weights
from compresslab.errors import InputError
from compresslab.files import atomic_write
from compresslab.hidden_weights import require_plain_parameters
from compresslab.quantization.affine import dequantize, quantize, symmetric_scale
from compresslab.quantization.formats import weight_format
from compresslab.weights.file import collect, fill, pack, unpack

_INTEGERS, _SCALE = "|integers", "|scale"
_NOTES_BYTES = 2**24  # of ties, extra states and the header


def save_quantized(model: nn.Module, path: str | os.PathLike[str], *, bits: int | Mapping[str, int]) -> int:
    """Write the model as `quantize_weights` rounds it, with integers for its weights; gives the file's size in bytes.

    A scale in float32 is kept for each output channel, and all that is not quantized as it is.

    Args:
        model: is not modified.
        path: of the file to make or replace.
        bits: 2 to 16, the sign included; or those of some weights by name, as in `quantize_weights`.

    Raises:
        InputError: as `quantize_weights` and `save_weights`; or a name has a bar, which marks the parts here.

    >>> import tempfile
    >>> from compresslab.models import mlp
    >>> model = mlp(hidden=[200])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     sizes = [save_quantized(model, f"{folder}/w.gz", bits=bits) for bits in (2, 4, 8)]
    >>> sizes == sorted(sizes) and sizes[2] < 17_500  # 14,800 weights, 210 scales and biases
    True
    """
    require_plain_parameters(model, purpose="quantizing its weights")
    weights = dict(prunable_weights(model))
    wanted = bits if isinstance(bits, Mapping) else dict.fromkeys(weights, bits)
    tensors, notes = collect(model)
    for name in tensors:
        if "|" in name:
            raise InputError(f"{name!r} has a bar in its name, which marks the parts of a tensor here: rename it.")
    for name, width in wanted.items():
        if name not in weights or name not in tensors:
            raise InputError(f"bits names {name!r}, which is none of the weights: {', '.join(weights)}.")
        weight = tensors.pop(name)
        scale = symmetric_scale(weight, bits=width)
        tensors[name + _INTEGERS] = quantize(weight, scale, format=weight_format(width), name=name)
        tensors[name + _SCALE] = scale
    data = gzip.compress(pack(tensors, notes), compresslevel=9, mtime=0)
    with atomic_write(path) as partial:
        partial.write_bytes(data)
    return len(data)


def load_quantized(skeleton: nn.Module, path: str | os.PathLike[str]) -> nn.Module:
    """Fill `skeleton` (modified, and given back) with the values that the integers of `save_quantized` stand for.

    Raises:
        InputError: the file is missing or damaged, or of another architecture. The skeleton is then as it was.

    >>> import tempfile, torch
    >>> layer = nn.Linear(2, 3)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     size = save_quantized(layer, f"{folder}/w.gz", bits=2)
    ...     loaded = load_quantized(nn.Linear(2, 3), f"{folder}/w.gz")
    >>> len(loaded.weight[0].abs().unique()) <= 2
    True
    """
    limit = sum(12 * value.numel() + len(name) for name, value in skeleton.state_dict().items()) + _NOTES_BYTES
    try:
        # A few kilobytes can unpack to gigabytes: no more is unpacked than this model could need.
        unzip = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
        tensors, notes = unpack(unzip.decompress(Path(path).read_bytes(), limit))
        for name in [name.removesuffix(_INTEGERS) for name in tensors if name.endswith(_INTEGERS)]:
            tensors[name] = dequantize(tensors.pop(name + _INTEGERS), tensors.pop(name + _SCALE))
    except (OSError, zlib.error, SafetensorError, KeyError, ValueError) as error:
        raise InputError(f"{path} is missing, damaged, or not written by save_quantized.") from error
    return fill(skeleton, tensors, notes, path, cast=True)
