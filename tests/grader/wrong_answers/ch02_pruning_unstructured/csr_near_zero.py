"""A small value is left out.

loses: csr_values
says: a zero is exactly 0
"""


def csr_bytes(weight, *, index_bits=32):
    values = int((weight.abs() > 1e-8).sum())
    return values * weight.element_size() + (values + weight.shape[0] + 1) * index_bits // 8
