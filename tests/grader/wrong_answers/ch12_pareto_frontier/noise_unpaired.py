"""Two samples that have nothing to do with each other.

loses: noise_interval
says: the standard deviation of the differences, sample by sample,
"""

import math


def surely_dominates(cost_a, scores_a, cost_b, scores_b, z=1.96):
    if len(scores_a) != len(scores_b):
        raise ValueError("no pairs")
    d = scores_a.double() - scores_b.double()
    mean = float(d.mean())
    reach = z * math.sqrt((float(scores_a.double().var()) + float(scores_b.double().var())) / len(d))
    better, worse = mean - reach > 0, mean + reach < 0
    return cost_a <= cost_b and not worse and (cost_a < cost_b or better)
