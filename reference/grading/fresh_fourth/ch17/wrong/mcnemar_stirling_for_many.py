"""Takes Stirling's formula for the logarithms of large factorials, without the term 1/(12n).

Text: "right to eight digits, however small".
Input: (1400, 1500).
"""
import math


def mcnemar_p_value(fixed: int, broken: int) -> float:
    if min(fixed, broken) < 0:
        raise ValueError("counts")
    n, k = fixed + broken, min(fixed, broken)
    if fixed == broken:
        return 1.0

    def log_factorial(m):
        if m < 1200:
            return math.lgamma(m + 1)
        return m * math.log(m) - m + 0.5 * math.log(2 * math.pi * m)

    logs = [log_factorial(n) - log_factorial(i) - log_factorial(n - i) - n * math.log(2) for i in range(k + 1)]
    return min(1.0, 2 * math.fsum(math.exp(x) for x in logs))
