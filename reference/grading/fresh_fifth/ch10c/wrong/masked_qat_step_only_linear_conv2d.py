"""Finds the weights through the modules, and knows only nn.Linear and nn.Conv2d: a masked Conv1d or Embedding isn't rounded (only masked afterwards).

Text: "In the forward pass each weight that `masks` names is rounded by the formula above" and "model: of any layers"
Input: m = nn.Sequential(nn.Conv1d(1, 2, 2, bias=False), nn.Flatten()) with weight [[[1., .3]], [[-1., -.3]]], masks all True, x = [[[0., 1.]]],
    labels [0], SGD, bits=2: promised loss ln 2 = 0.6931 (the 0.3 rounds to 0), actual 0.4375.
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
    masters = {}
    with torch.no_grad():
        for path, module in model.named_modules():
            name = f"{path}.weight" if path else "weight"
            if isinstance(module, (nn.Linear, nn.Conv2d)) and name in masks:
                weight = module.weight
                masters[weight] = weight.clone()
                kept = torch.where(masks[name], weight, 0.0)
                most = kept.abs().flatten(1).amax(1)
                scale = most / (2 ** (bits - 1) - 1)
                scale = scale.view(-1, *[1] * (weight.ndim - 1))
                scale = torch.where(scale == 0, torch.ones_like(scale), scale)
                weight.copy_(torch.round(kept / scale) * scale)
    optimizer.zero_grad()
    loss = F.cross_entropy(model(x), labels)
    loss.backward()
    with torch.no_grad():
        for weight, master in masters.items():
            weight.copy_(master)
    optimizer.step()
    with torch.no_grad():
        for name, p in model.named_parameters():
            if name in masks:
                p.masked_fill_(~masks[name], 0.0)
    return loss.item()
