"""Logarithms of the terms by lgamma, added up from the largest.
"""
import math


def mcnemar_p_value(fixed: int, broken: int) -> float:
    if fixed < 0 or broken < 0:
        raise ValueError("a count is negative")
    if fixed == broken:
        return 1.0
    n, k = fixed + broken, min(fixed, broken)
    whole = math.lgamma(n + 1) - n * math.log(2)
    logs = [whole - math.lgamma(i + 1) - math.lgamma(n - i + 1) for i in range(k + 1)]
    top = max(logs)
    return min(1.0, 2 * math.exp(top) * math.fsum(math.exp(x - top) for x in logs))
