"""Row starts are always 32 bits wide.

loses: csr_widths
says: both as wide as index_bits says
"""


def csr_bytes(weight, *, index_bits=32):
    return int(weight.count_nonzero()) * (weight.element_size() + index_bits // 8) + (weight.shape[0] + 1) * 4
