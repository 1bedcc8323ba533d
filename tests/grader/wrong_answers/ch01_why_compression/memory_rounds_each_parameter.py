"""Each parameter gets whole bytes of its own: nothing is packed.

loses: memory_packed
says: round once, for all of them
"""

import math


def memory_bytes(parameters, bits):
    return parameters * math.ceil(bits / 8)
