"""Stores the bitmask in whole bytes, though the table says one bit for each place.

With rows=3, columns=3, form="bitmask" the text promises 1 / 32 = 0.03125; gives 16 / (9 * 32) = 0.0556. (Right
wherever rows * columns is a multiple of 8.)
"""


def break_even_sparsity(rows: int, columns: int, form: str, *, value_bits: int = 32, index_bits: int = 32) -> float:
    places = rows * columns
    dense = places * value_bits
    if form == "coo":
        per_value, fixed = value_bits + 2 * index_bits, 0
    elif form == "csr":
        per_value, fixed = value_bits + index_bits, (rows + 1) * index_bits
    else:
        per_value, fixed = value_bits, -(-places // 8) * 8
    return 1 - (dense - fixed) / per_value / places
