"""The share that stays is returned.

loses: fraction_in_rounds, fraction_ends
says: of this fraction
"""


def step_fraction(sparsity, rounds):
    return (1 - sparsity) ** (1 / rounds)
