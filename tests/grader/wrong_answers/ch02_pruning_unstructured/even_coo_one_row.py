"""A list of coordinates leaves the row out where there is but one, and the column likewise.

loses: even_coo
says: stored like any other
"""


def break_even_sparsity(rows, columns, form, *, value_bits=32, index_bits=32):
    places = rows * columns
    if form == "bitmask":
        return 1 / value_bits
    if form == "coo":
        each = value_bits + index_bits * sum(size != 1 for size in (rows, columns))
        return 1 - value_bits / each
    return 1 - (places * value_bits - (rows + 1) * index_bits) / (value_bits + index_bits) / places
