"""The columns are forgotten.

loses: csr_values, csr_widths
says: itself and its column
"""


def csr_bytes(weight, *, index_bits=32):
    return int(weight.count_nonzero()) * weight.element_size() + (weight.shape[0] + 1) * index_bits // 8
