"""Both units are rounded to two digits.

loses: units_mb_and_mib
says: there are fewer of them
"""


def megabytes(size_bytes):
    return round(size_bytes / 1e6, 2)


def mebibytes(size_bytes):
    return round(size_bytes / 2**20, 2)
