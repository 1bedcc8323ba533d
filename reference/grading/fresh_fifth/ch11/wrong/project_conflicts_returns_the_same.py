"""A gradient that is in conflict with nothing comes back as the very tensors that came in.

Text: "For each task a new dict of new tensors"
Input: w = torch.tensor([1., 2.]); out = project_conflicts([{"w": w}]); out[0]["w"].zero_(); promised w still [1., 2.], actual w is [0., 0.].
"""

import torch
from torch import Tensor


def project_conflicts(gradients: list[dict[str, Tensor]]) -> list[dict[str, Tensor]]:
    result = []
    for i, own in enumerate(gradients):
        left = dict(own)
        for j, other in enumerate(gradients):
            if i == j:
                continue
            product = sum((left[name] * other[name]).sum() for name in left)
            if product < 0:
                share = product / sum((g * g).sum() for g in other.values())
                left = {name: left[name] - share * other[name] for name in left}
        result.append(left)
    return result
