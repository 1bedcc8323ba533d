"""The mask is rounded up to whole bytes.

loses: even_bitmask
says: don't fill whole bytes
"""


def break_even_sparsity(rows, columns, form, *, value_bits=32, index_bits=32):
    places = rows * columns
    if form == "coo":
        return 1 - value_bits / (value_bits + 2 * index_bits)
    if form == "csr":
        return 1 - (places * value_bits - (rows + 1) * index_bits) / (value_bits + index_bits) / places
    return 8 * -(-places // 8) / (places * value_bits)
