"""Quantiles by another definition.

loses: speed_interval
says: draw rounds, so that
"""

import numpy as np


def speed_up(reference, own, draws, level=0.95):
    if reference.shape != own.shape or len(own) == 0:
        raise ValueError("times")
    if len(draws) == 0 or draws.shape[1:] != own.shape:
        raise ValueError("draws")
    if not 0 < level < 1:
        raise ValueError("level")
    ratios = reference.double() / own.double()
    medians = ratios[draws].quantile(0.5, dim=1)
    return {
        "ratio": float(ratios.quantile(0.5)),
        "low": float(np.quantile(medians.numpy(), (1 - level) / 2, method="hazen")),
        "high": float(np.quantile(medians.numpy(), (1 + level) / 2, method="hazen")),
    }
