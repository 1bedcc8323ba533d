"""Bits are taken for bytes.

loses: memory_by_width
says: as if each bit had a byte to itself
"""


def memory_bytes(parameters, bits):
    return parameters * bits
