"""The scores of A are brought to the dtype of B's, where it has a point, and float64 comes after the subtraction.

loses: noise_interval
says: scores of two dtypes: each becomes float64 first
"""

import math


def surely_dominates(cost_a, scores_a, cost_b, scores_b, z=1.96):
    if len(scores_a) != len(scores_b):
        raise ValueError("no pairs")
    a, b = (s if s.is_floating_point() else s.long() for s in (scores_a, scores_b))
    d = ((a.to(b.dtype) if b.is_floating_point() else a) - b).double()
    mean = float(d.mean())
    reach = z * float(d.std()) / math.sqrt(len(d))
    better, worse = mean - reach > 0, mean + reach < 0
    return cost_a <= cost_b and not worse and (cost_a < cost_b or better)
