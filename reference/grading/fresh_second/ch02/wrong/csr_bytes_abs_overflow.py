"""Counts what has a magnitude above zero. But in int8 the magnitude of -128 is -128 (and so on for wider integers).

Text: "any real dtype, such as float16 or int8"; "The bytes of the values that aren't zero".
csr_bytes(torch.tensor([[-128, 1]], dtype=torch.int8)) gives 13; promised: 18.
"""
import torch


def csr_bytes(weight: torch.Tensor, *, index_bits: int = 32) -> int:
    index = index_bits // 8
    values = int((weight.abs() > 0).sum())
    return values * weight.element_size() + values * index + (weight.shape[0] + 1) * index
