"""A logarithm of what is left, which is minus infinity where all goes.

loses: fraction_ends
says: math domain error
"""

import math


def step_fraction(sparsity, rounds):
    return -math.expm1(math.log(1 - sparsity) / rounds)
