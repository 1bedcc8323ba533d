"""Takes the L1 norm of each kernel first and then the p-norm of these: for p=2 this isn't the norm of all weights.

With weight = ones (1, 1, 2, 2) and p=2 the text promises the root of 4 = 2, gives 4 (L1 of the only kernel)."""
import torch


def channel_scores(weight: torch.Tensor, p: int) -> torch.Tensor:
    kernels = weight.reshape(weight.shape[0], weight.shape[1], -1).abs().sum(dim=2)
    return kernels.norm(p, dim=1)
