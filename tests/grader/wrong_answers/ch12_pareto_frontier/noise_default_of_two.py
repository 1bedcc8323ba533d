"""Two standard errors if nothing is said.

loses: noise_interval
says: 1.96 standard errors to each side if nothing is said
"""

import math


def surely_dominates(cost_a, scores_a, cost_b, scores_b, z=2.0):
    if len(scores_a) != len(scores_b):
        raise ValueError("no pairs")
    d = scores_a.double() - scores_b.double()
    mean = float(d.mean())
    reach = z * float(d.std()) / math.sqrt(len(d))
    better, worse = mean - reach > 0, mean + reach < 0
    return cost_a <= cost_b and not worse and (cost_a < cost_b or better)
