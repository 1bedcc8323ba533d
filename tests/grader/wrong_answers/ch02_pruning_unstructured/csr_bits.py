"""The indices are counted in bits.

loses: csr_values, csr_row_starts, csr_widths
says: 4 bytes each
"""


def csr_bytes(weight, *, index_bits=32):
    values = int(weight.count_nonzero())
    return values * weight.element_size() + (values + weight.shape[0] + 1) * index_bits
