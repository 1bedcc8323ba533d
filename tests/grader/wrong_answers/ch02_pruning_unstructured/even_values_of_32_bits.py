"""The width of the values is taken to be 32 bits.

loses: even_bitmask, even_coo
says: does each have its own width
"""


def break_even_sparsity(rows, columns, form, *, value_bits=32, index_bits=32):
    each, besides = {
        "coo": (value_bits + 2 * index_bits, 0),
        "csr": (value_bits + index_bits, (rows + 1) * index_bits),
        "bitmask": (value_bits, rows * columns),
    }[form]
    values = rows * columns * 32 - besides
    return 1 - values / each / (rows * columns)
