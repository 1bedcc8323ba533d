"""Six digits behind the point, which are enough for megabytes, not for a byte.

loses: units_mb_and_mib
says: those of a few bytes too
"""


def megabytes(size_bytes):
    return round(size_bytes / 1e6, 6)


def mebibytes(size_bytes):
    return round(size_bytes / 2**20, 6)
