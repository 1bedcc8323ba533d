"""The width of a value is looked up among floating-point dtypes.

loses: csr_widths
says: torch.finfo
"""

import torch


def csr_bytes(weight, *, index_bits=32):
    values = int((weight != 0).sum())
    return values * torch.finfo(weight.dtype).bits // 8 + (values + len(weight) + 1) * index_bits // 8
