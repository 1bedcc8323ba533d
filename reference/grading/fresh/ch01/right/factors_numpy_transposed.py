"""Right: NumPy's SVD of the transposed weight, so that the roles of both sides are exchanged; each factor carries the
square root of the singular values."""
import numpy as np
import torch


def low_rank_factors(weight: torch.Tensor, rank: int) -> tuple[torch.Tensor, torch.Tensor]:
    if rank not in range(1, min(weight.shape) + 1):
        raise ValueError(f"no rank {rank} for a weight of {tuple(weight.shape)}")
    inputs, values, outputs = np.linalg.svd(weight.detach().cpu().numpy().T, full_matrices=False)
    root = np.sqrt(values[:rank])
    first = np.ascontiguousarray((inputs[:, :rank] * root).T)
    second = np.ascontiguousarray((root[:, None] * outputs[:rank]).T)
    return torch.from_numpy(first), torch.from_numpy(second)
