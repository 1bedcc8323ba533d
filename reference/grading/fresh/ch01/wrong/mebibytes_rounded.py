"""Rounds the result to six digits after the point, "to look tidy".

With size_bytes=1 the text promises 1 / 2^20 = 9.5367e-07 (with fractions); gives 1e-06, 4.9% more.
"""


def mebibytes(size_bytes: int) -> float:
    return round(size_bytes / 2**20, 6)
