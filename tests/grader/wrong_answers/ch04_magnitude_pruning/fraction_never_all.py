"""A guard keeps the sparsity below 1.

loses: fraction_ends
says: then all go
"""


def step_fraction(sparsity, rounds):
    return 1 - (1 - min(sparsity, 0.99)) ** (1 / rounds)
