"""Puts all of each singular value into both factors, instead of into one of them (or the root into both).

Text: "Two thin matrices whose product is, of all with this rank, the nearest to a weight in the Frobenius norm."
For weight = 2 * torch.eye(2), rank 2, the product is 4 * eye (error 2.83); promised: an error of 0.
"""
import torch


def low_rank_factors(weight: torch.Tensor, rank: int) -> tuple[torch.Tensor, torch.Tensor]:
    if not 1 <= rank <= min(weight.shape):
        raise ValueError(f"rank must be from 1 to {min(weight.shape)}, not {rank}")
    u, s, vh = torch.linalg.svd(weight, full_matrices=False)
    first = torch.diag(s[:rank]) @ vh[:rank]
    second = u[:, :rank] @ torch.diag(s[:rank])
    return first, second
