"""Rounds the megabytes for a nicer display.

Text: "Bytes in MB (10^6 bytes): a number with all its digits, not rounded."
megabytes(1_234_567) gives 1.23; promised: 1.234567.
"""


def megabytes(size_bytes: int) -> float:
    return round(size_bytes / 1_000_000, 2)
