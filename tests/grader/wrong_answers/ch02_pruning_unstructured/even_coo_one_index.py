"""A value of the coordinate list has one index.

loses: even_coo
says: two indices
"""


def break_even_sparsity(rows, columns, form, *, value_bits=32, index_bits=32):
    each, besides = {
        "coo": (value_bits + index_bits, 0),
        "csr": (value_bits + index_bits, (rows + 1) * index_bits),
        "bitmask": (value_bits, rows * columns),
    }[form]
    values = rows * columns * value_bits - besides
    return 1 - values / each / (rows * columns)
