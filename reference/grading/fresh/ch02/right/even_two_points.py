"""Right: the bits of a format are a straight line in the number of values; two points of it give the crossing, in exact
fractions."""
from fractions import Fraction


def break_even_sparsity(rows: int, columns: int, form: str, *, value_bits: int = 32, index_bits: int = 32) -> float:
    places = rows * columns

    def bits(values):
        match form:
            case "coo":
                return values * (value_bits + index_bits + index_bits)
            case "csr":
                return values * value_bits + (values + rows + 1) * index_bits
            case "bitmask":
                return values * value_bits + places
        raise ValueError(form)

    slope = bits(1) - bits(0)
    values = Fraction(places * value_bits - bits(0), slope)
    return float((places - values) / places)
