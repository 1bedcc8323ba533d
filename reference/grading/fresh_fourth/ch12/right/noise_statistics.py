"""Python's statistics on lists of floats.
"""
import math
import statistics

from torch import Tensor


def surely_dominates(
    cost_a: float, scores_a: Tensor, cost_b: float, scores_b: Tensor, z: float = 1.96
) -> bool:
    a, b = [float(x) for x in scores_a], [float(x) for x in scores_b]
    if len(a) != len(b):
        raise ValueError("one score each, of both models")
    differences = [x - y for x, y in zip(a, b)]
    centre = statistics.fmean(differences)
    reach = z * statistics.stdev(differences) / math.sqrt(len(differences))
    if cost_a > cost_b or centre + reach < 0:
        return False
    return cost_a < cost_b or centre - reach > 0
