"""Both units count in powers of 10.

loses: units_mb_and_mib
says: a mebibyte is larger
"""


def megabytes(size_bytes):
    return size_bytes / 1e6


def mebibytes(size_bytes):
    return size_bytes / 1e6
