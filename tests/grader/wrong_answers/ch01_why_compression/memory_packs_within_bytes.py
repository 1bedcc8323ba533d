"""No parameter crosses from one byte into the next: 3-bit weights waste 2 bits of each byte.

loses: memory_packed
says: across the borders of bytes
"""

import math


def memory_bytes(parameters, bits):
    if bits >= 8:
        return parameters * bits // 8
    return math.ceil(parameters / (8 // bits))
