"""What zeros cost to store: coordinate, compressed-row and compressed-column formats, and a bitmask.

A dense tensor stores its zeros at full price. A sparse format leaves them out and pays for saying where the others
are, so each has a break-even sparsity, below which it is larger than the dense tensor. A weight of more than two
dimensions is stored as the matrix (out, everything else), a bias as a matrix of one row.
"""

import math
import warnings
from collections.abc import Mapping
from typing import Literal

import torch
from torch import Tensor

from compresslab.arguments import whole
from compresslab.errors import InputError

SparseFormat = Literal["coo", "csr", "csc", "bitmask"]


def dense_bytes(tensor: Tensor) -> int:
    """Bytes of the tensor with its zeros.

    >>> dense_bytes(torch.zeros(2, 3))
    24
    """
    return tensor.numel() * tensor.element_size()


def nonzero(tensor: Tensor) -> Tensor:
    """Where there is a value, as bool of the tensor's shape; NaN is one.

    >>> nonzero(torch.tensor([0.0, -0.0, 2.0]))
    tensor([False, False,  True])
    """
    if tensor.dtype.is_floating_point and tensor.element_size() == 1:  # float8 has no comparisons
        tensor = tensor.float()
    return tensor != 0


def coo_bytes(tensor: Tensor, *, index_bits: int = 32) -> int:
    """Bytes as a coordinate list: every value that isn't zero, with its row and its column.

    >>> coo_bytes(torch.tensor([[0.0, 2.0], [0.0, 0.0]]))
    12
    """
    return _stored_bytes("coo", tensor, index_bits)


def csr_bytes(tensor: Tensor, *, index_bits: int = 32) -> int:
    """Bytes as compressed sparse rows: every value with its column, and where each row begins, rows + 1 numbers.

    >>> csr_bytes(torch.tensor([[0.0, 2.0], [0.0, 0.0]]))
    20
    """
    return _stored_bytes("csr", tensor, index_bits)


def csc_bytes(tensor: Tensor, *, index_bits: int = 32) -> int:
    """Bytes as compressed sparse columns: every value with its row, and where each column begins.

    >>> csc_bytes(torch.tensor([[0.0, 2.0, 0.0], [0.0, 0.0, 0.0]]))
    24
    """
    return _stored_bytes("csc", tensor, index_bits)


def bitmask_bytes(tensor: Tensor) -> int:
    """Bytes as one bit an element, set where there is a value, and the values in order.

    >>> bitmask_bytes(torch.tensor([[0.0, 2.0], [0.0, 0.0]]))
    5
    """
    return _stored_bytes("bitmask", tensor, index_bits=0)


def break_even_sparsity(
    rows: int, columns: int, form: SparseFormat, *, value_bits: int = 32, index_bits: int = 32
) -> float:
    """The sparsity at which a (rows, columns) matrix takes as much space in a sparse format as it does dense.

    Above it the format is smaller. At 1 or more the format never pays: even an empty matrix would be larger.

    >>> break_even_sparsity(1000, 1000, "bitmask")
    0.03125
    """
    whole(1, rows=rows, columns=columns, value_bits=value_bits, index_bits=index_bits)
    each, fixed = _bits(form, rows, columns, value_bits, index_bits)
    affordable = (rows * columns * value_bits - fixed) / each  # values, of rows * columns
    return 1 - affordable / (rows * columns)


def to_csr(weight: Tensor, *, index_dtype: torch.dtype = torch.int32) -> Tensor:
    """The weight as a `torch.sparse_csr` matrix (out, everything else), to be multiplied with `@`.

    Args:
        weight: of at least two dimensions; its zeros are left out.
        index_dtype: of the column numbers and row starts, int32 or int64. PyTorch's own conversion would take int64,
            twice the bytes.

    Raises:
        InputError: the weight has fewer than two dimensions, or its values are too many for the numbers.

    >>> to_csr(torch.eye(3)).values()
    tensor([1., 1., 1.])
    """
    if weight.ndim < 2:
        raise InputError(f"a weight of shape {tuple(weight.shape)} is no matrix: CSR needs rows and columns.")
    with warnings.catch_warnings():  # PyTorch calls the layout beta on every first use
        warnings.filterwarnings("ignore", message="Sparse CSR tensor support", category=UserWarning)
        csr = weight.detach().flatten(1).to_sparse_csr()
        largest = max(csr.shape[1], csr.values().numel())
        if index_dtype not in (torch.int32, torch.int64) or largest > torch.iinfo(index_dtype).max:
            raise InputError(
                f"index_dtype={index_dtype} can't count to {largest} in PyTorch's CSR: choose torch.int64."
            )
        return torch.sparse_csr_tensor(
            csr.crow_indices().to(index_dtype),
            csr.col_indices().to(index_dtype),
            csr.values(),
            csr.shape,
            check_invariants=True,
        )


def _stored_bytes(form: SparseFormat, tensor: Tensor, index_bits: int) -> int:
    if form != "bitmask" and (index_bits < 8 or index_bits % 8):
        raise InputError(f"index_bits={index_bits} is not a whole number of bytes: choose 8, 16, 32 or 64.")
    if tensor.numel() == 0:
        rows = columns = 0
    else:
        rows = tensor.shape[0] if tensor.ndim > 1 else 1
        columns = tensor.numel() // rows
    each, fixed = _bits(form, rows, columns, 8 * tensor.element_size(), index_bits)
    values = int(nonzero(tensor).sum())
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
