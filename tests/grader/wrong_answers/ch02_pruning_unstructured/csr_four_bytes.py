"""Every value is taken to be a float32.

loses: csr_widths
says: as wide as the weight's dtype
"""


def csr_bytes(weight, *, index_bits=32):
    values = int(weight.count_nonzero())
    return values * (4 + index_bits // 8) + (weight.shape[0] + 1) * index_bits // 8
