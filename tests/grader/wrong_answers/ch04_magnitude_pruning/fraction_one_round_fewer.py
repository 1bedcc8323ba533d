"""Counts the steps between rounds.

loses: fraction_in_rounds
says: is a quarter left
"""


def step_fraction(sparsity, rounds):
    return 1 - (1 - sparsity) ** (1 / max(1, rounds - 1))
