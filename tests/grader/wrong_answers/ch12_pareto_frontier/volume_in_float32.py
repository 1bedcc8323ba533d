"""In float32.

loses: volume_repeats
says: ten digits: float32 has seven
"""

import math

import torch


def hypervolume(costs, values, reference):
    if len(costs) != len(values) or any(math.isnan(x) for x in [*costs, *values, *reference]):
        raise ValueError("bad numbers")
    costs, values = torch.tensor(costs).float().tolist(), torch.tensor(values).float().tolist()
    most, best = reference
    area = 0.0
    for cost, value in sorted(zip(costs, values, strict=True)):
        if cost < most and value > best:
            area += (most - cost) * (value - best)
            best = value
    return area
