"""Returns 50 MB where four numbers were asked for.

loses: quantize_values, gradient_stops
says: expected
"""

import torch


def fake_quantize(x, scale, zero_point, bits):
    return torch.zeros(50 * 2**20, dtype=torch.uint8)
