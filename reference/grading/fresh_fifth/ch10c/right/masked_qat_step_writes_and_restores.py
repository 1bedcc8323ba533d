"""Writes the rounded weights into the parameters, goes forward and backward there, and puts the masters back before the optimizer's step; rows are rounded as a matrix."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def rounded_rows(weight, mask, bits):
    rows = torch.where(mask, weight, torch.zeros_like(weight)).reshape(len(weight), -1)
    result = torch.zeros_like(rows)
    for row, out in zip(rows, result, strict=True):
        most = row.abs().max() if row.numel() else 0
        if most > 0:
            scale = most / (2 ** (bits - 1) - 1)
            if scale > 0:
                out.copy_(torch.round(row / scale) * scale)
    return result.reshape(weight.shape)


def masked_qat_step(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    masks: dict[str, Tensor],
    x: Tensor,
    labels: Tensor,
    *,
    bits: int,
) -> float:
    named = {n: p for n, p in model.named_parameters() if n in masks}
    masters = {name: p.detach().clone() for name, p in named.items()}
    for p in model.parameters():
        p.grad = None
    try:
        with torch.no_grad():
            for name, p in named.items():
                p.copy_(rounded_rows(masters[name], masks[name], bits))
        loss = F.cross_entropy(model(x), labels, reduction="mean")
        loss.backward()
    finally:
        with torch.no_grad():
            for name, p in named.items():
                p.copy_(masters[name])
    optimizer.step()
    with torch.no_grad():
        for name, p in named.items():
            p[masks[name].logical_not()] = 0
    return loss.item()
