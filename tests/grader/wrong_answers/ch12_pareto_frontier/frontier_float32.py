"""A tensor of floats is float32.

loses: frontier_numbers
says: 44,806,409 and 44,806,408 bytes are two sizes: float32 takes
"""

import math

import torch


def frontier(costs, values):
    if len(costs) != len(values) or any(math.isnan(x) for x in [*costs, *values]):
        raise ValueError("bad numbers")
    costs, values = torch.tensor(costs).float().tolist(), torch.tensor(values).float().tolist()
    kept = []
    for i in sorted(range(len(costs)), key=lambda i: (costs[i], -values[i])):
        equal = kept and (costs[i], values[i]) == (costs[kept[-1]], values[kept[-1]])
        if not kept or values[i] > values[kept[-1]] or equal:
            kept.append(i)
    return kept
