"""The end of the last row is forgotten.

loses: even_csr
says: the row starts have to be paid for
"""


def break_even_sparsity(rows, columns, form, *, value_bits=32, index_bits=32):
    each, besides = {
        "coo": (value_bits + 2 * index_bits, 0),
        "csr": (value_bits + index_bits, rows * index_bits),
        "bitmask": (value_bits, rows * columns),
    }[form]
    values = rows * columns * value_bits - besides
    return 1 - values / each / (rows * columns)
