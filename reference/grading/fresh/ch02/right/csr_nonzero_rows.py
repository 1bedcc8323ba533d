"""Right: builds the three lists of CSR, row by row, and counts their entries."""
import itertools

import torch


def csr_bytes(weight: torch.Tensor, *, index_bits: int = 32) -> int:
    columns = [row.detach().reshape(-1).nonzero().flatten().tolist() for row in weight]
    starts = list(itertools.accumulate(map(len, columns), initial=0))
    numbers = sum(map(len, columns)) + len(starts)
    values = starts[-1] * weight.dtype.itemsize
    return values + numbers * index_bits // 8
