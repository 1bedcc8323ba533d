"""Takes a quantile for the threshold: torch.quantile interpolates at (n - 1)(1 - keep / n), which is between the two scores, but not half way.

Text: "t lies half way between the `keep`-th largest score and the next one"
Input: annealed_mask(tensor([0., 1., 2., 3.]), keep=1, temperature=1.0)[3]: promised sigmoid(3 - 2.5) = 0.6225, actual sigmoid(3 - 2.25) = 0.6792.
"""

import torch
from torch import Tensor


def annealed_mask(scores: Tensor, *, keep: int, temperature: float) -> Tensor:
    flat = scores.detach().reshape(-1)
    threshold = torch.quantile(flat, 1 - keep / flat.numel())
    if temperature == 0:
        return (scores > threshold).to(scores.dtype)
    return ((scores - threshold) / temperature).sigmoid()
