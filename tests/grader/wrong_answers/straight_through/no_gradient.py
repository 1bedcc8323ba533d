"""Everything happens without a graph, so no gradient arrives at all.

loses: gradient_passes
says: no gradient reached the argument
"""

import torch


@torch.no_grad()
def fake_quantize(x, scale, zero_point, bits):
    q = (torch.round(x / scale) + zero_point).clamp(0, 2**bits - 1)
    return (q - zero_point) * scale
