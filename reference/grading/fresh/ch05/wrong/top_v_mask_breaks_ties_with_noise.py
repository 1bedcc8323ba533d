"""Mistake: breaks ties with a little noise on the scores and then compares with a threshold; the noise also reorders scores
that are close together.

With scores=1e-9 * torch.arange(100.0), keep=0.5, the text promises True at just the last 50; gives about 25 of the first 50,
since the noise goes up to 1e-6. (float64 scores 1 and 1 + 1e-9 change places too.)
"""
import torch
from torch import Tensor


def top_v_mask(scores: Tensor, keep: float) -> Tensor:
    if keep < 0 or keep > 1:
        raise ValueError("keep is a share, from 0 to 1")
    count = round(keep * scores.numel())
    if count == 0:
        return torch.zeros(scores.shape, dtype=torch.bool)
    generator = torch.Generator().manual_seed(0)
    noise = torch.rand(scores.numel(), generator=generator, dtype=torch.float64) * 1e-6
    flat = scores.detach().reshape(-1).double() + noise
    threshold = flat.sort(descending=True).values[count - 1]
    return (flat >= threshold).reshape(scores.shape)
