"""Python's own integers, element by element, of any size."""
import torch
from torch import Tensor


def requantize(sums: Tensor, m: int, n: int, zero_point: int) -> Tensor:
    def one(a: int) -> int:
        return min(max((m * a * 2 + 2**n) // 2 ** (n + 1) + zero_point, 0), 255)

    flat = [one(a) for a in sums.reshape(-1).tolist()]
    return torch.tensor(flat, dtype=torch.uint8).reshape(sums.shape)
