"""The fraction is rounded to six digits: too coarse for a network of millions.

loses: fraction_in_rounds
says: is it rounded
"""


def step_fraction(sparsity, rounds):
    return round(1 - (1 - sparsity) ** (1 / rounds), 6)
