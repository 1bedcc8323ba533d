"""A guard keeps the sparsity below 1.

loses: fraction_ends
says: a sparsity of 1 is included
"""


def step_fraction(sparsity, rounds):
    return 1 - (1 - min(sparsity, 0.99)) ** (1 / rounds)
