"""Saves the row number (or the column number) in a list of coordinates where the matrix has one row (or one column).

With rows=1, columns=10, form="coo" the text promises 1 - 32 / 96 = 0.6667 (the value, its row and its column);
gives 0.5.
"""


def break_even_sparsity(rows: int, columns: int, form: str, *, value_bits: int = 32, index_bits: int = 32) -> float:
    places = rows * columns
    if form == "coo":
        numbers = (rows > 1) + (columns > 1) or 1
        return 1 - value_bits / (value_bits + numbers * index_bits)
    if form == "csr":
        left = places * value_bits - (rows + 1) * index_bits
        return 1 - left / ((value_bits + index_bits) * places)
    return 1 / value_bits
