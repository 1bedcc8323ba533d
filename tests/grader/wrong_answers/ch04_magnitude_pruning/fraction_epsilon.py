"""A small number keeps the logarithm finite.

loses: fraction_ends
says: a logarithm or an epsilon
"""

import math


def step_fraction(sparsity, rounds):
    return 1 - math.exp(math.log(1 - sparsity + 1e-12) / rounds)
