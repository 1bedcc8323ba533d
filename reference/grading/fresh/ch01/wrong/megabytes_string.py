"""Puts the quotient and the remainder together as text and forgets the leading zeros of the remainder.

With size_bytes=3_050_000 the text promises 3.05; gives 3.5 ("3" + "." + "50000"). 3_500_000 happens to be right.
"""


def megabytes(size_bytes: int) -> float:
    whole, rest = divmod(size_bytes, 10**6)
    return float(f"{whole}.{rest}")
