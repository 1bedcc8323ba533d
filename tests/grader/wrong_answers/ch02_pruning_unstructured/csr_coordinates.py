"""A row for each value: this is a list of coordinates.

loses: csr_values
says: itself and its column
"""


def csr_bytes(weight, *, index_bits=32):
    return int(weight.count_nonzero()) * (weight.element_size() + 2 * index_bits // 8)
