"""Takes a MiB for 1000 KiB (1024 * 1000 bytes), mixing the two units.

Text: "Bytes in MiB (2^20 bytes)".
mebibytes(1_048_576) gives 1.024; promised: 1.0.
"""


def mebibytes(size_bytes: int) -> float:
    kib = size_bytes / 1024
    return kib / 1000
