"""The two scores with kthvalue; the hard mask compares with the first that goes; the soft one computes in float64."""

import torch
from torch import Tensor


def annealed_mask(scores: Tensor, *, keep: int, temperature: float) -> Tensor:
    flat = scores.detach().reshape(-1)
    goes = flat.kthvalue(flat.numel() - keep).values
    if temperature == 0:
        return torch.gt(scores, goes).type(scores.dtype)
    stays = flat.kthvalue(flat.numel() - keep + 1).values
    t = stays.double() / 2 + goes.double() / 2
    return torch.special.expit((scores.double() - t) / temperature).to(scores.dtype)
