"""Takes the numerical rank of the weight, not its smaller size, as the upper limit of the rank.

Text: "rank: r, 1 to min(out, in)." and "ValueError: rank is below 1 or above min(out, in)."
low_rank_factors(torch.ones(3, 3), 2) raises a ValueError; promised: two factors with an error of 0.
"""
import torch


def low_rank_factors(weight: torch.Tensor, rank: int) -> tuple[torch.Tensor, torch.Tensor]:
    possible = int(torch.linalg.matrix_rank(weight))
    if not 1 <= rank <= possible:
        raise ValueError(f"the weight has rank {possible}, so {rank} is not possible")
    u, s, vh = torch.linalg.svd(weight, full_matrices=False)
    return vh[:rank], u[:, :rank] * s[:rank]
