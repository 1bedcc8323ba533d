"""Divided by a standard error of 0.

loses: noise_interval
says: ZeroDivisionError: float division by zero
"""

import math


def surely_dominates(cost_a, scores_a, cost_b, scores_b, z=1.96):
    if len(scores_a) != len(scores_b):
        raise ValueError("no pairs")
    d = scores_a.double() - scores_b.double()
    mean = float(d.mean())
    reach = z * float(d.std()) / math.sqrt(len(d))
    t = mean / (reach / z)
    better, worse = t > z, t < -z
    return cost_a <= cost_b and not worse and (cost_a < cost_b or better)
