"""Subtracts in the caller's tensor.

loses: noise_interval
says: does the function work in place, where it should make
"""

import math


def surely_dominates(cost_a, scores_a, cost_b, scores_b, z=1.96):
    if len(scores_a) != len(scores_b):
        raise ValueError("no pairs")
    d = scores_a.double() - scores_b.double()
    scores_a.copy_(d)
    mean = float(d.mean())
    reach = z * float(d.std()) / math.sqrt(len(d))
    better, worse = mean - reach > 0, mean + reach < 0
    return cost_a <= cost_b and not worse and (cost_a < cost_b or better)
