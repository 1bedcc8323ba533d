"""The detach trick on the whole function: the gradient passes where the value was clipped too.

loses: gradient_stops
says: a clipped value does not move its output
"""

import torch


def fake_quantize(x, scale, zero_point, bits):
    q = (torch.round(x / scale) + zero_point).clamp(0, 2**bits - 1)
    return x + ((q - zero_point) * scale - x).detach()
