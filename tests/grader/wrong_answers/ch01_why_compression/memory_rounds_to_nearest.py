"""Rounds to the nearest byte, so that less than half a byte is dropped.

loses: memory_packed
says: a byte begun is a byte used
"""


def memory_bytes(parameters, bits):
    return round(parameters * bits / 8)
