"""Takes magnitudes above zero for the values that are stored; in int8 the magnitude of -128 is -128.

loses: csr_widths
says: compare with zero itself
"""

import torch


def csr_bytes(weight, *, index_bits=32):
    stored = int(torch.clamp(weight.abs(), min=0).bool().sum())
    width = index_bits // 8
    return stored * (weight.element_size() + width) + (len(weight) + 1) * width
