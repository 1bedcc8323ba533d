"""argsort of argsort: each entry's rank, which is below the count for those that stay; no positions are written to."""
import torch
from torch import Tensor


def top_v_mask(scores: Tensor, keep: float) -> Tensor:
    if keep < 0 or keep > 1:
        raise ValueError(f"keep is {keep}, not 0 to 1")
    flat = scores.detach().flatten()
    ranks = flat.argsort(descending=True).argsort()
    return (ranks < round(keep * flat.numel())).reshape(scores.shape)
