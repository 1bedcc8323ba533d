"""The upper of the two in the middle.

loses: speed_ratio
says: the mean of the two in the middle
"""


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
        "ratio": float(ratios.sort().values[len(ratios) // 2]),
        "low": float(medians.quantile((1 - level) / 2)),
        "high": float(medians.quantile((1 + level) / 2)),
    }
