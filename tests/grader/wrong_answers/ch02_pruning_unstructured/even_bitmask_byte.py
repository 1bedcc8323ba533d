"""A place of the bitmask takes a byte.

loses: even_bitmask
says: a bit a place
"""


def break_even_sparsity(rows, columns, form, *, value_bits=32, index_bits=32):
    each, besides = {
        "coo": (value_bits + 2 * index_bits, 0),
        "csr": (value_bits + index_bits, (rows + 1) * index_bits),
        "bitmask": (value_bits, 8 * rows * columns),
    }[form]
    values = rows * columns * value_bits - besides
    return 1 - values / each / (rows * columns)
