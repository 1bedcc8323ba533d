"""N is the number of all values of the weight, with one scale for each row too.

Text: "N being how many values share one scale"
Input: x = tensor([[0.3], [0.3]]), scale tensor([[1.], [1.]]), qmin=-2, qmax=1, upstream ones: promised gradient of scale [[-0.3], [-0.3]],
    actual [[-0.2121], [-0.2121]].
"""

import torch
from torch import Tensor


def lsq(x: Tensor, scale: Tensor, *, qmin: int, qmax: int) -> Tensor:
    factor = (x.numel() * qmax) ** -0.5
    slow = (scale - scale * factor).detach() + scale * factor
    v = torch.clamp(x / slow, qmin, qmax)
    q = v + (v.round() - v).detach()
    return q * slow
