"""Right: the k-th magnitude as a threshold; of the ties at it, a running count takes the first ones only."""
import torch


def magnitude_mask(weight: torch.Tensor, sparsity: float) -> torch.Tensor:
    if not (sparsity >= 0 and sparsity <= 1):
        raise ValueError("sparsity must lie between 0 and 1")
    flat = weight.detach().abs().reshape(-1).to(torch.float64)  # widening keeps order and ties
    count = round(sparsity * flat.numel())
    if count == 0:
        return torch.ones(weight.shape, dtype=torch.bool, device=weight.device)
    threshold = flat.kthvalue(count).values
    below, at = flat < threshold, flat == threshold
    wanted = count - below.sum()
    return ~(below | (at & (at.cumsum(0) <= wanted))).reshape(weight.shape)
