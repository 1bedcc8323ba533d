"""Takes the width of a value from finfo, which knows floating-point dtypes only.

With weight=torch.tensor([[0, 5], [7, 0]], dtype=torch.int8) (a quantized weight) the text promises
2 * 1 + 2 * 4 + 3 * 4 = 22 bytes; raises TypeError.
"""
import torch


def csr_bytes(weight: torch.Tensor, *, index_bits: int = 32) -> int:
    values = int(torch.count_nonzero(weight))
    value_bits = torch.finfo(weight.dtype).bits
    bits = values * (value_bits + index_bits) + (weight.shape[0] + 1) * index_bits
    return bits // 8
