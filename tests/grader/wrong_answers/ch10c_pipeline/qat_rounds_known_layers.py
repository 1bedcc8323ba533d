"""Rounds the weights of linear layers and two-dimensional convolutions alone.

loses: qat_rounds
says: weights of any layer are rounded
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.func import functional_call


def masked_qat_step(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    masks: dict[str, Tensor],
    x: Tensor,
    labels: Tensor,
    *,
    bits: int,
) -> float:
    qmax = 2 ** (bits - 1) - 1
    parameters = dict(model.named_parameters())
    rounded = {}
    known = {f"{path}.weight" for path, part in model.named_modules() if isinstance(part, nn.Linear | nn.Conv2d)}
    for name, mask in masks.items():
        if name not in known:
            continue
        weight = parameters[name]
        kept = weight.detach().masked_fill(~mask, 0.0)
        scale = kept.abs().flatten(1).amax(1) / qmax
        scale = torch.where(scale == 0, 1.0, scale)
        scale = scale.reshape(-1, *[1] * (weight.ndim - 1))
        q = torch.round(kept / scale)
        rounded[name] = weight + (scale * q - weight).detach()
    optimizer.zero_grad()
    loss = F.cross_entropy(functional_call(model, rounded, (x,)), labels)
    loss.backward()
    optimizer.step()
    with torch.no_grad():
        for name, mask in masks.items():
            parameters[name].masked_fill_(~mask, 0.0)
    return loss.item()
