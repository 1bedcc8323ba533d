"""Fractions are cut off.

loses: units_mb_and_mib
says: fractions are kept
"""


def megabytes(size_bytes):
    return size_bytes // 10**6


def mebibytes(size_bytes):
    return size_bytes // 2**20
