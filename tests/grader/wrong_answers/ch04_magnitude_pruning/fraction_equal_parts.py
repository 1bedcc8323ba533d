"""The sparsity in equal parts.

loses: fraction_in_rounds
says: the sparsity in equal parts
"""


def step_fraction(sparsity, rounds):
    return sparsity / rounds
