"""A convolution's weight is taken as many matrices of k by k.

loses: csr_row_starts
says: one row for each output channel
"""


def csr_bytes(weight, *, index_bits=32):
    values, rows = int(weight.count_nonzero()), weight.numel() // weight.shape[-1]
    return values * (weight.element_size() + index_bits // 8) + (rows + 1) * index_bits // 8
