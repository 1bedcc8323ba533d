"""Really builds the three lists and adds up their bytes."""
import itertools

import torch


def csr_bytes(weight: torch.Tensor, *, index_bits: int = 32) -> int:
    values, columns, starts = [], [], [0]
    for row in weight.detach().flatten(1).unbind():
        places = torch.where(row != 0)[0]
        values.append(row[places])
        columns.append(places)
        starts.append(starts[-1] + len(places))
    in_values = sum(part.numel() * part.dtype.itemsize for part in values)
    indices = sum(1 for _ in itertools.chain(starts, *columns))
    return in_values + indices * index_bits // 8
