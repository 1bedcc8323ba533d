"""Shares the singular values by square roots, and gets the left side by dividing by them: 0 / 0 where one is 0.

With weight=torch.zeros(3, 3), rank=1 the text promises two factors whose product is zero (nearest to the weight);
`second` is NaN. So it is with torch.diag(torch.tensor([1.0, 0.0])), rank=2.
"""
import torch


def low_rank_factors(weight: torch.Tensor, rank: int) -> tuple[torch.Tensor, torch.Tensor]:
    if rank < 1 or rank > min(weight.shape):
        raise ValueError("rank is below 1 or above min(out, in)")
    weight = weight.detach()
    _, s, vh = torch.linalg.svd(weight, full_matrices=False)
    root = s[:rank].sqrt()
    first = root[:, None] * vh[:rank]
    second = weight @ vh[:rank].T / root
    return first, second
