"""By logarithms (log1p, expm1), exact for tiny sparsities, with the end of the range apart."""
import math


def step_fraction(sparsity: float, rounds: int) -> float:
    if sparsity == 1:
        return 1.0
    return -math.expm1(math.log1p(-sparsity) / rounds)
