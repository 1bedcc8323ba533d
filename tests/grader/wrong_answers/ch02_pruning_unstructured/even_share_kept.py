"""The share of values that stay is returned.

loses: even_coo, even_bitmask
says: the share that is gone
"""


def break_even_sparsity(rows, columns, form, *, value_bits=32, index_bits=32):
    each, besides = {
        "coo": (value_bits + 2 * index_bits, 0),
        "csr": (value_bits + index_bits, (rows + 1) * index_bits),
        "bitmask": (value_bits, rows * columns),
    }[form]
    values = rows * columns * value_bits - besides
    return values / each / (rows * columns)
