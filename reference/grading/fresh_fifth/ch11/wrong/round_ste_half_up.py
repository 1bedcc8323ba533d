"""Rounds halves up, as at school: floor(x + 0.5).

Text: "`torch.round(x)`, which rounds halves to the even neighbour"
Input: round_ste(torch.tensor([0.5, 2.5])): promised [0., 2.], actual [1., 3.].
"""

import torch
from torch import Tensor


def round_ste(x: Tensor) -> Tensor:
    rounded = torch.floor(x + 0.5)
    return x + (rounded - x).detach()
