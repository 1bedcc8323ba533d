"""Every round takes the whole sparsity.

loses: fraction_in_rounds, fraction_ends
says: does your function use `rounds`
"""


def step_fraction(sparsity, rounds):
    return sparsity
