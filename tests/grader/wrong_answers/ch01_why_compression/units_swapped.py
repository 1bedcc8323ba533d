"""MB and MiB are mixed up.

loses: units_mb_and_mib
says: MB counts in powers of 10
"""


def megabytes(size_bytes):
    return size_bytes / 2**20


def mebibytes(size_bytes):
    return size_bytes / 10**6
