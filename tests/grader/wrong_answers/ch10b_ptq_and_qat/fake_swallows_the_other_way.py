"""x is added and subtracted in the wrong order.

loses: fake_values
says: just those values that the integers stand for
"""

import torch


def fake_quantize(x, scale, zero_point, *, qmin, qmax):
    q = torch.round(x.detach() / scale.detach()) + zero_point
    values = scale.detach() * (q.clamp(qmin, qmax) - zero_point)
    inside = (q >= qmin) & (q <= qmax)
    return (
        values
        + x * inside
        - x.detach() * inside
        + (x - x).detach()
        + (1e-3 * x - 1e-3 * x.detach() * ~inside).detach() * 0
        + (x.detach() + values - x.detach() - values)
    )
