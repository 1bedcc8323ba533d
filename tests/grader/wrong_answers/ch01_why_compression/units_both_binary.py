"""Both units count in powers of 2.

loses: units_mb_and_mib
says: MB counts in powers of 10
"""


def megabytes(size_bytes):
    return size_bytes / 2**20


def mebibytes(size_bytes):
    return size_bytes / 2**20
