"""McNemar's test: whether as many answers broke as were fixed, but for chance.

A large p-value is no proof that the models are alike: of 20 samples nearly every pair of models passes. What a release
needs is in `equivalence`.
"""

import math
from dataclasses import dataclass

from compresslab.arguments import whole


@dataclass(frozen=True)
class McNemar:
    """The test's result.

    Attributes:
        fixed, broken: samples that only the compressed model, or only the original, gets right.
        exact: whether from the binomial distribution, or from chi-squared with a continuity correction.
        p_value: probability of counts at least as unequal as these if either were as likely.

    >>> McNemar(fixed=2, broken=9, exact=True, p_value=0.0654).p_value < 0.05
    False
    """

    fixed: int
    broken: int
    exact: bool
    p_value: float


def mcnemar(fixed: int, broken: int, *, exact: bool = True) -> McNemar:
    """Test two counts of a `Churn` against being equally likely, two-sided.

    It takes the samples as independent: where they share sources, it finds differences that are none.

    Args:
        fixed, broken: counts, 0 or more.
        exact: use the binomial distribution, which is right at every size; or chi-squared with a continuity
            correction, as much of the literature does.

    Raises:
        InputError: a count is not a whole number of at least 0.

    Reference:
        McNemar 1947, "Note on the Sampling Error of the Difference Between Correlated Proportions"; Edwards 1948
        (the correction).

    >>> round(mcnemar(2, 9).p_value, 4), round(mcnemar(2, 9, exact=False).p_value, 4)
    (0.0654, 0.0704)
    """
    whole(0, fixed=fixed, broken=broken)
    n, fewer = fixed + broken, min(fixed, broken)
    if n == 0:
        p_value = 1.0
    elif exact:
        p_value = min(1.0, 2 * _binomial_tail(fewer, n))
    else:
        statistic = max(0, abs(fixed - broken) - 1) ** 2 / n
        p_value = math.erfc(math.sqrt(statistic / 2))  # chi-squared with one degree of freedom
    return McNemar(fixed, broken, exact, p_value)


def _binomial_tail(k: int, n: int) -> float:
    """P(X <= k) of n fair coins. In logarithms: 2^n leaves a double's range at n = 1024."""
    log_terms = [math.lgamma(n + 1) - math.lgamma(i + 1) - math.lgamma(n - i + 1) for i in range(k + 1)]
    return math.fsum(math.exp(term - n * math.log(2)) for term in log_terms)
