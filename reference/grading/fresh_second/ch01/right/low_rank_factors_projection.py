"""Takes only the left singular vectors and projects the weight onto them: second = U_r, first = U_r^T W. (For a wide
weight the same with the transpose.)"""
import torch


def low_rank_factors(weight: torch.Tensor, rank: int) -> tuple[torch.Tensor, torch.Tensor]:
    if rank not in range(1, min(weight.shape) + 1):
        raise ValueError(f"rank {rank} for a weight of shape {tuple(weight.shape)}")
    weight = weight.detach()
    basis = torch.linalg.svd(weight, full_matrices=False).U.narrow(1, 0, rank).contiguous()
    return basis.mT @ weight, basis
