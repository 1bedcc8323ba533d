"""Divides what should be left by the rounds.

loses: fraction_in_rounds, fraction_ends
says: one round has to get there alone
"""


def step_fraction(sparsity, rounds):
    return (1 - sparsity) / rounds
