"""The bitmask has a bit for each value only.

loses: even_bitmask
says: zero or not
"""


def break_even_sparsity(rows, columns, form, *, value_bits=32, index_bits=32):
    each, besides = {
        "coo": (value_bits + 2 * index_bits, 0),
        "csr": (value_bits + index_bits, (rows + 1) * index_bits),
        "bitmask": (value_bits + 1, 0),
    }[form]
    values = rows * columns * value_bits - besides
    return 1 - values / each / (rows * columns)
