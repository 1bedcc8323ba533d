"""The end of the last row is forgotten.

loses: csr_row_starts
says: the end of the last
"""


def csr_bytes(weight, *, index_bits=32):
    values = int(weight.count_nonzero())
    return values * (weight.element_size() + index_bits // 8) + weight.shape[0] * index_bits // 8
