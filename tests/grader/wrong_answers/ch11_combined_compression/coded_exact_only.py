"""Counts only the weights that are in the codebook already.

loses: coded_nearest
says: three weights are nearest to 0
"""


def coded_bits(weights, codebook):
    distance = (weights.reshape(-1, 1).double() - codebook.double()).abs()
    used = distance.argmin(dim=1)[distance.amin(dim=1) == 0].unique(return_counts=True)[1].tolist()
    used = used or [1]
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
