"""s^(1/n): the root is taken of what is gone.

loses: fraction_in_rounds
says: a root of the sparsity
"""


def step_fraction(sparsity, rounds):
    return sparsity ** (1 / rounds)
