"""The longer one is cut.

loses: noise_dominance
says: scores of the same samples come in pairs
"""

import math


def surely_dominates(cost_a, scores_a, cost_b, scores_b, z=1.96):
    size = min(len(scores_a), len(scores_b))
    scores_a, scores_b = scores_a[:size], scores_b[:size]
    d = scores_a.double() - scores_b.double()
    mean = float(d.mean())
    reach = z * float(d.std()) / math.sqrt(len(d))
    better, worse = mean - reach > 0, mean + reach < 0
    return cost_a <= cost_b and not worse and (cost_a < cost_b or better)
