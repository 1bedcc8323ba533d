"""The gradient is masked instead of the weight: momentum and decay go on.

loses: qat_holds
says: 0.weight: after the optimizer's step the removed
"""

import torch
import torch.nn.functional as F
from torch.func import functional_call


def masked_qat_step(model, optimizer, masks, x, labels, *, bits):
    qmax = 2 ** (bits - 1) - 1
    parameters = dict(model.named_parameters())
    rounded = {}
    for name, mask in masks.items():
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
    for name, mask in masks.items():
        parameters[name].grad.masked_fill_(~mask, 0.0)
    optimizer.step()
    return loss.item()
