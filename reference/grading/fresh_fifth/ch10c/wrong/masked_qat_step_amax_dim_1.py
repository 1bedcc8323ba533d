"""Takes the maximum over dimension 1 only: right for Linear, but a convolution gets a scale for each place of its kernel.

Text: "symmetrically with a scale for each output channel (its first dimension)"
Input: m = nn.Sequential(nn.Conv1d(1, 2, 2, bias=False), nn.Flatten()) with weight [[[1., .3]], [[-1., -.3]]], masks all True,
    x = [[[0., 1.]]], labels [0], SGD, bits=2: promised loss ln 2 = 0.6931, actual 0.4375 (the 0.3 is its own maximum, and stays).
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.func import functional_call


def fake_quantize(weight: Tensor, mask: Tensor, bits: int) -> Tensor:
    kept = torch.where(mask, weight, torch.zeros_like(weight)).detach()
    scale = kept.abs().amax(dim=1, keepdim=True) / (2 ** (bits - 1) - 1)
    scale = torch.where(scale > 0, scale, torch.ones_like(scale))
    rounded = torch.round(kept / scale) * scale
    return weight + (rounded - weight).detach()


def masked_qat_step(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    masks: dict[str, Tensor],
    x: Tensor,
    labels: Tensor,
    *,
    bits: int,
) -> float:
    named = dict(model.named_parameters())
    replaced = {name: fake_quantize(named[name], masks[name], bits) for name in masks}
    optimizer.zero_grad(set_to_none=True)
    loss = F.cross_entropy(functional_call(model, replaced, (x,)), labels)
    loss.backward()
    optimizer.step()
    with torch.no_grad():
        for name, mask in masks.items():
            named[name][~mask] = 0.0
    return loss.item()
