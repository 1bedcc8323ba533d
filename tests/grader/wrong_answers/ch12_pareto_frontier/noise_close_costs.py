"""Close costs count as equal.

loses: noise_dominance
says: costs have no noise: one byte less is less, and 0 and
"""

import math


def surely_dominates(cost_a, scores_a, cost_b, scores_b, z=1.96):
    if len(scores_a) != len(scores_b):
        raise ValueError("no pairs")
    d = scores_a.double() - scores_b.double()
    mean = float(d.mean())
    reach = z * float(d.std()) / math.sqrt(len(d))
    better, worse = mean - reach > 0, mean + reach < 0
    return (
        (cost_a <= cost_b or math.isclose(cost_a, cost_b, rel_tol=1e-6, abs_tol=1e-9))
        and not worse
        and ((cost_a < cost_b and not math.isclose(cost_a, cost_b, rel_tol=1e-6, abs_tol=1e-9)) or better)
    )
