"""Starts of columns: this is CSC.

loses: csr_row_starts
says: a start for each row
"""


def csr_bytes(weight, *, index_bits=32):
    values, columns = int(weight.count_nonzero()), weight[0].numel()
    return values * (weight.element_size() + index_bits // 8) + (columns + 1) * index_bits // 8
