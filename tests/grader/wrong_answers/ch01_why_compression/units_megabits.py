"""Counts bits, as network plans do.

loses: units_mb_and_mib
says: of bytes not bits
"""


def megabytes(size_bytes):
    return 8 * size_bytes / 10**6


def mebibytes(size_bytes):
    return 8 * size_bytes / 2**20
