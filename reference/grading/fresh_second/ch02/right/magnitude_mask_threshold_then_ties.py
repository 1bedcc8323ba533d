"""A threshold after all: prunes everything below the k-th smallest magnitude, and then as many of its equals as are missing,
counted with a running sum."""
import torch


def magnitude_mask(weight: torch.Tensor, sparsity: float) -> torch.Tensor:
    if not 0 <= sparsity <= 1:
        raise ValueError(f"the sparsity must be from 0 to 1, and is {sparsity}")
    count = round(sparsity * weight.numel())
    if count == 0:
        return torch.full(weight.shape, True, device=weight.device)
    flat = weight.detach().to(torch.float64).abs().flatten()  # exact for all narrower dtypes
    threshold = flat.kthvalue(count).values
    below = flat < threshold
    equal = flat == threshold
    missing = count - below.sum()
    goes = below | (equal & (equal.cumsum(0) <= missing))
    return goes.logical_not().unflatten(0, weight.shape) if weight.dim() else goes.logical_not().reshape(())
