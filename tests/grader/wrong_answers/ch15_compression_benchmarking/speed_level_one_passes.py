"""A level of 1 passes: everything.

loses: speed_limits
says: above 0 and below 1
"""


def speed_up(reference, own, draws, level=0.95):
    if reference.shape != own.shape or len(own) == 0:
        raise ValueError("times")
    if len(draws) == 0 or draws.shape[1:] != own.shape:
        raise ValueError("draws")
    if not 0 < level <= 1:
        raise ValueError("level")
    ratios = reference.double() / own.double()
    medians = ratios[draws].quantile(0.5, dim=1)
    return {
        "ratio": float(ratios.quantile(0.5)),
        "low": float(medians.quantile((1 - level) / 2)),
        "high": float(medians.quantile((1 + level) / 2)),
    }
