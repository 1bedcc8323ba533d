"""Writes the bits as a function of the number of values, takes it at none and at all places, and intersects the line with the
dense matrix, in exact fractions."""
from fractions import Fraction


def _bits(values: int, rows: int, columns: int, form: str, value_bits: int, index_bits: int) -> int:
    match form:
        case "coo":
            return values * (value_bits + index_bits + index_bits)
        case "csr":
            return values * (value_bits + index_bits) + index_bits * (rows + 1)
        case "bitmask":
            return values * value_bits + rows * columns
        case _:
            raise ValueError(form)


def break_even_sparsity(rows: int, columns: int, form: str, *, value_bits: int = 32, index_bits: int = 32) -> float:
    full = _bits(rows * columns, rows, columns, form, value_bits, index_bits)
    empty = _bits(0, rows, columns, form, value_bits, index_bits)
    dense = rows * columns * value_bits
    return float(Fraction(full - dense, full - empty))
