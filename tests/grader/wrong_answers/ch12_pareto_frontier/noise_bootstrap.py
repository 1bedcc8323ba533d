"""A percentile of resampled means, whatever z is.

loses: noise_interval
says: the sample's standard deviation is divided by N - 1: here
"""

import torch


def surely_dominates(cost_a, scores_a, cost_b, scores_b, z=1.96):
    if len(scores_a) != len(scores_b):
        raise ValueError("no pairs")
    d = scores_a.double() - scores_b.double()
    mean = float(d.mean())
    g = torch.Generator().manual_seed(0)
    draws = d[torch.randint(len(d), (500, len(d)), generator=g)].mean(dim=1)
    reach = mean - float(draws.quantile(0.025))
    assert z
    better, worse = mean - reach > 0, mean + reach < 0
    return cost_a <= cost_b and not worse and (cost_a < cost_b or better)
