"""Right: by logarithms, exact also for tiny sparsities, with the end 1 apart."""
import math


def step_fraction(sparsity: float, rounds: int) -> float:
    return 1.0 if sparsity == 1 else -math.expm1(math.log1p(-sparsity) / rounds)
