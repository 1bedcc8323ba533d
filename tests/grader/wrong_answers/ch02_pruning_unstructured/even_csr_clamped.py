"""Where the format never pays, the answer is clamped to 1.

loses: even_csr
says: the answer is that, not 1
"""


def break_even_sparsity(rows, columns, form, *, value_bits=32, index_bits=32):
    each, besides = {
        "coo": (value_bits + 2 * index_bits, 0),
        "csr": (value_bits + index_bits, (rows + 1) * index_bits),
        "bitmask": (value_bits, rows * columns),
    }[form]
    values = rows * columns * value_bits - besides
    return min(1, 1 - values / each / (rows * columns))
