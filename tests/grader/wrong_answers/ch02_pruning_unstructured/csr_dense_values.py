"""The zeros are stored as well.

loses: csr_values
says: zeros cost nothing
"""


def csr_bytes(weight, *, index_bits=32):
    return weight.numel() * (weight.element_size() + index_bits // 8) + (weight.shape[0] + 1) * index_bits // 8
