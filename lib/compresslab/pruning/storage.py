"""What zeros cost to store: the names of `compresslab.weights`, where chapter 02 looks for them."""

from compresslab.weights import (
    SparseFormat,
    bitmask_bytes,
    break_even_sparsity,
    coo_bytes,
    csc_bytes,
    csr_bytes,
    dense_bytes,
    load_compressed,
    save_compressed,
    to_csr,
)

__all__ = [
    "SparseFormat",
    "bitmask_bytes",
    "break_even_sparsity",
    "coo_bytes",
    "csc_bytes",
    "csr_bytes",
    "dense_bytes",
    "load_compressed",
    "save_compressed",
    "to_csr",
]
