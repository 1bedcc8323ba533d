"""The nearest value by the square of the distance, in the weights' own precision.

loses: coded_nearest
says: compare distances
"""

from torch import Tensor


def coded_bits(weights: Tensor, codebook: Tensor) -> int:
    distance = (weights.reshape(-1, 1) - codebook).square()
    used = distance.argmin(dim=1).unique(return_counts=True)[1].tolist()
    book = 32 * len(used)
    if len(used) == 1:
        return weights.numel() + book
    bits = 0
    while len(used) > 1:
        used.sort()
        joined = used.pop(0) + used.pop(0)
        bits += joined
        used.append(joined)
    return bits + book
