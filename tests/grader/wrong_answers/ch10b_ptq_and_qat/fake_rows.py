"""Goes through rows: a single number has none.

loses: fake_values
says: TypeError: iteration over a 0-d tensor
"""

import torch


def fake_quantize(x, scale, zero_point, *, qmin, qmax):
    q = torch.round(x.detach() / scale.detach()) + zero_point
    values = scale.detach() * (q.clamp(qmin, qmax) - zero_point)
    inside = (q >= qmin) & (q <= qmax)
    return torch.stack([v + (r - r.detach()) * i for v, r, i in zip(values, x, inside, strict=True)])
