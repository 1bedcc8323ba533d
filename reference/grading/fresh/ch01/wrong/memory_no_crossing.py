"""Never lets a weight cross a byte border: whole weights per byte (below 8 bits), whole bytes per weight (from 8 on).

With parameters=8, bits=3 the text promises 3 bytes (24 bits, packed without gaps); gives 4. With (2, 12): 3; gives 4.
"""
import math


def memory_bytes(parameters: int, bits: int) -> int:
    if bits < 8:
        per_byte = 8 // bits
        return math.ceil(parameters / per_byte)
    return parameters * math.ceil(bits / 8)
