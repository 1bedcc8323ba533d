"""Outputs are computed in inference mode, their shares in float64."""

import torch


@torch.inference_mode()
def zero_shares(layer, x):
    out = layer(x).clamp(min=0).reshape(len(x), -1)
    zero = out.eq(0)
    return {
        "weight": 1 - torch.count_nonzero(layer.weight).item() / layer.weight.numel(),
        "outputs": zero.double().mean(dim=1).clone(),
        "always": zero.all(dim=0).double().mean().item(),
    }
