"""What zeros cost to store: coordinate and compressed-row formats, a bitmask, and a file that really is smaller.

A dense tensor stores its zeros at full price. A sparse format leaves them out and pays for saying where the others
are, so each has a break-even sparsity, below which it is larger than the dense tensor. A weight of more than two
dimensions is stored as the matrix (out, everything else), a bias as a matrix of one row.

Reference: Han, Mao and Dally 2016, "Deep Compression" (sparse storage and entropy coding of pruned networks).
"""

import gzip
import math
import os
import warnings
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import numpy as np
import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor, nn

from compresslab.errors import InputError
from compresslab.files import atomic_write

SparseFormat = Literal["coo", "csr", "csc", "bitmask"]

_BITMASK, _VALUES = "|bitmask", "|values"  # no parameter's name has a bar: PyTorch joins names with dots


def dense_bytes(tensor: Tensor) -> int:
    """Bytes of the tensor with its zeros."""
    return tensor.numel() * tensor.element_size()


def coo_bytes(tensor: Tensor, *, index_bits: int = 32) -> int:
    """Bytes as a coordinate list: every value that isn't zero, with its row and its column."""
    return _stored_bytes("coo", tensor, index_bits)


def csr_bytes(tensor: Tensor, *, index_bits: int = 32) -> int:
    """Bytes as compressed sparse rows: every value with its column, and where each row begins, rows + 1 numbers."""
    return _stored_bytes("csr", tensor, index_bits)


def csc_bytes(tensor: Tensor, *, index_bits: int = 32) -> int:
    """Bytes as compressed sparse columns: every value with its row, and where each column begins."""
    return _stored_bytes("csc", tensor, index_bits)


def bitmask_bytes(tensor: Tensor) -> int:
    """Bytes as one bit an element, set where there is a value, and the values in order."""
    return _stored_bytes("bitmask", tensor, index_bits=0)


def break_even_sparsity(
    rows: int, columns: int, form: SparseFormat, *, value_bits: int = 32, index_bits: int = 32
) -> float:
    """The sparsity at which a (rows, columns) matrix takes as much space in a sparse format as it does dense.

    Above it the format is smaller. At 1 or more the format never pays: even an empty matrix would be larger.
    """
    if rows < 1 or columns < 1:
        raise InputError(f"rows={rows} and columns={columns} must be at least 1.")
    if value_bits < 1 or index_bits < 1:
        raise InputError(f"value_bits={value_bits} and index_bits={index_bits} must be at least 1.")
    each, fixed = _bits(form, rows, columns, value_bits, index_bits)
    affordable = (rows * columns * value_bits - fixed) / each  # values, of rows * columns
    return 1 - affordable / (rows * columns)


def to_csr(weight: Tensor, *, index_dtype: torch.dtype = torch.int32) -> Tensor:
    """The weight as a `torch.sparse_csr` matrix (out, everything else), to be multiplied with `@`.

    Args:
        weight: of at least two dimensions; its zeros are left out.
        index_dtype: of the column numbers and row starts; PyTorch's own conversion would take int64, twice the bytes.
    """
    if weight.ndim < 2:
        raise InputError(f"a weight of shape {tuple(weight.shape)} is no matrix: CSR needs rows and columns.")
    with warnings.catch_warnings():  # PyTorch calls the layout beta on every first use
        warnings.filterwarnings("ignore", message="Sparse CSR tensor support", category=UserWarning)
        csr = weight.detach().flatten(1).to_sparse_csr()
        return torch.sparse_csr_tensor(
            csr.crow_indices().to(index_dtype),
            csr.col_indices().to(index_dtype),
            csr.values(),
            csr.shape,
            check_invariants=True,
        )


def save_compressed(model: nn.Module, path: str | os.PathLike[str]) -> int:
    """Write all parameters and buffers without their zeros, and give the file's size in bytes.

    The file is a gzipped safetensors file: plain numbers, nothing that could run when it is loaded. A tensor with
    enough zeros is a bitmask and its values, any other is dense. Values are not rounded; minus zero becomes zero.
    """
    tensors: dict[str, Tensor] = {}
    for name, tensor in model.state_dict().items():
        tensor = tensor.detach().cpu().contiguous()
        if bitmask_bytes(tensor) < dense_bytes(tensor):
            mask = tensor != 0
            tensors[name + _BITMASK] = torch.from_numpy(np.packbits(mask.flatten().numpy()))
            tensors[name + _VALUES] = tensor[mask]
        else:
            tensors[name] = tensor.clone()  # safetensors refuses tensors that share memory
    data = gzip.compress(safetensors.torch.save(tensors), compresslevel=9, mtime=0)
    with atomic_write(path) as partial:
        partial.write_bytes(data)
    return len(data)


def load_compressed(skeleton: nn.Module, path: str | os.PathLike[str]) -> nn.Module:
    """Fill `skeleton` (modified, and given back) with what `save_compressed` wrote at `path`.

    Raises:
        InputError: the file is missing, damaged, or of another architecture. The skeleton is then as it was.
    """
    wanted = skeleton.state_dict()
    tensors = _read(path, limit=2 * sum(dense_bytes(tensor) for tensor in wanted.values()) + 2**20)
    state = {}
    for name, like in wanted.items():
        try:
            state[name] = tensors.pop(name) if name in tensors else _unpack(tensors, name, like)
        except (KeyError, ValueError, RuntimeError) as error:
            raise InputError(f"{path} has no tensor {name!r} of shape {tuple(like.shape)}: other model?") from error
        if state[name].shape != like.shape or state[name].dtype != like.dtype:
            raise InputError(
                f"{path} has {name!r} as {state[name].dtype} of shape {tuple(state[name].shape)}, "
                f"but the model as {like.dtype} of shape {tuple(like.shape)}."
            )
    if tensors:
        raise InputError(f"{path} has a tensor {min(tensors)!r} that the model lacks: it is of another architecture.")
    skeleton.load_state_dict(state)
    return skeleton


def _unpack(tensors: dict[str, Tensor], name: str, like: Tensor) -> Tensor:
    bits, values = tensors.pop(name + _BITMASK), tensors.pop(name + _VALUES)
    if bits.numel() != math.ceil(like.numel() / 8):
        raise ValueError("bitmask of another length")
    mask = torch.from_numpy(np.unpackbits(bits.numpy(), count=like.numel())).bool().view(like.shape)
    unpacked = torch.zeros_like(like, dtype=values.dtype, device="cpu")
    unpacked[mask] = values  # a RuntimeError if there are more or fewer values than bits
    return unpacked


def _read(path: str | os.PathLike[str], *, limit: int) -> dict[str, Tensor]:
    try:
        # A few kilobytes can unpack to gigabytes, so no more is unpacked than this model could need.
        unzip = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
        data = unzip.decompress(Path(path).read_bytes(), limit)
        if not unzip.eof:
            raise InputError(f"{path} is cut short, or holds more than this model has.")
        return safetensors.torch.load(data)
    except (OSError, zlib.error, SafetensorError) as error:
        raise InputError(f"{path} is missing, damaged, or not written by save_compressed.") from error


def _stored_bytes(form: SparseFormat, tensor: Tensor, index_bits: int) -> int:
    if form != "bitmask" and (index_bits < 8 or index_bits % 8):
        raise InputError(f"index_bits={index_bits} is not a whole number of bytes: choose 8, 16, 32 or 64.")
    if tensor.numel() == 0:
        rows = columns = 0
    else:
        rows = tensor.shape[0] if tensor.ndim > 1 else 1
        columns = tensor.numel() // rows
    each, fixed = _bits(form, rows, columns, 8 * tensor.element_size(), index_bits)
    values = int(torch.count_nonzero(tensor))
    return values * each // 8 + math.ceil(fixed / 8)  # the bitmask is padded to a whole byte


def _bits(form: SparseFormat, rows: int, columns: int, value_bits: int, index_bits: int) -> tuple[int, int]:
    """Bits for each stored value, and bits whatever the values."""
    bits: Mapping[str, tuple[int, int]] = {
        "coo": (value_bits + 2 * index_bits, 0),
        "csr": (value_bits + index_bits, (rows + 1) * index_bits),
        "csc": (value_bits + index_bits, (columns + 1) * index_bits),
        "bitmask": (value_bits, rows * columns),
    }
    if form not in bits:
        raise InputError(f"form={form!r} is not known: choose one of {', '.join(bits)}.")
    return bits[form]
