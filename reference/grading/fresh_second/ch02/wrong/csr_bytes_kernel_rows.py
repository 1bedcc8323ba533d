"""Flattens all dimensions but the last: a convolution's kernel rows become the rows of the matrix.

Text: "it is stored as a matrix with `weight.shape[0]` rows."
csr_bytes(torch.ones(2, 3, 2, 2)) gives 244 (12 rows); promised: 204 (2 rows).
"""
import torch


def csr_bytes(weight: torch.Tensor, *, index_bits: int = 32) -> int:
    matrix = weight.reshape(-1, weight.shape[-1])
    values = int((matrix != 0).sum())
    index = index_bits // 8
    return values * (weight.element_size() + index) + (matrix.shape[0] + 1) * index
