"""Files of weights, dense and compressed, with or without the architecture; and what zeros cost to store."""

from compresslab.weights.architecture import build, describe
from compresslab.weights.compressed import load_compressed, save_compressed
from compresslab.weights.file import load_model, load_weights, save_model, save_weights
from compresslab.weights.sparse import (
    SparseFormat,
    bitmask_bytes,
    break_even_sparsity,
    coo_bytes,
    csc_bytes,
    csr_bytes,
    dense_bytes,
    to_csr,
)

__all__ = [
    "SparseFormat",
    "bitmask_bytes",
    "break_even_sparsity",
    "build",
    "coo_bytes",
    "csc_bytes",
    "csr_bytes",
    "dense_bytes",
    "describe",
    "load_compressed",
    "load_model",
    "load_weights",
    "save_compressed",
    "save_model",
    "save_weights",
    "to_csr",
]
