"""Scales below a tenth are taken for a tenth.

loses: qat_rounds
says: the loss before the step, of the network rounded by
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
        scale = scale.clamp(min=0.1)
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
