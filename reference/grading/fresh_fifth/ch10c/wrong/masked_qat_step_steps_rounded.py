"""Writes the rounded weights into the parameters and never puts the masters back: the optimizer moves the rounded ones.

Text: "the others are what the optimizer made of them: floating-point numbers, not rounded" ("moves the masters")
Input: m = nn.Linear(2, 2, bias=False) with weight [[1., .3], [.2, 1.]], masks all True, x = [[0., 0.]], labels [0], SGD(lr=0.1), bits=2:
    the gradient is 0, so promised weight [[1., .3], [.2, 1.]], actual [[1., 0.], [0., 1.]].
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


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
    with torch.no_grad():
        for name, p in model.named_parameters():
            if name not in masks:
                continue
            kept = p * masks[name]
            scale = kept.flatten(1).abs().max(1).values / qmax
            scale[scale == 0] = 1.0
            scale = scale.reshape(-1, *[1] * (p.ndim - 1))
            p.copy_((kept / scale).round() * scale)
    optimizer.zero_grad()
    loss = F.cross_entropy(model(x), labels)
    loss.backward()
    optimizer.step()
    with torch.no_grad():
        for name, p in model.named_parameters():
            if name in masks:
                p.mul_(masks[name])
    return loss.item()
