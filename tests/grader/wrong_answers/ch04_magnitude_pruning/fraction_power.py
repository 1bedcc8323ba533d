"""A power in place of a root.

loses: fraction_in_rounds
says: a power where a root is needed
"""


def step_fraction(sparsity, rounds):
    return 1 - (1 - sparsity) ** rounds
