"""Decomposes in float32 whatever the weight's dtype is, and converts the factors back afterwards.

With weight=torch.diag(torch.tensor([1.0, 1e-50], dtype=torch.float64)), rank=2 the text promises the nearest product,
which is the weight itself; 1e-50 is 0 in float32, so the product has 0 there. And with an ordinary float64 weight the
full-rank product is off by 1e-7 of it instead of 1e-15.
"""
import torch


def low_rank_factors(weight: torch.Tensor, rank: int) -> tuple[torch.Tensor, torch.Tensor]:
    if not 1 <= rank <= min(weight.shape):
        raise ValueError(f"rank {rank} is not from 1 to {min(weight.shape)}")
    u, s, vh = torch.linalg.svd(weight.detach().float(), full_matrices=False)
    first = vh[:rank].to(weight.dtype)
    second = (u[:, :rank] * s[:rank]).to(weight.dtype)
    return first, second
