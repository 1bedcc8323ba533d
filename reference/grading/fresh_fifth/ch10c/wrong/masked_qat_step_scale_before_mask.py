"""Takes the scale from the whole weight, and applies the mask only to the rounded result.

Text: "s = max_row |W * M| / (2^(b-1) - 1)"
Input: m = nn.Linear(2, 2, bias=False) with weight [[4., 1.], [0., 1.]], masks {"weight": [[False, True], [True, True]]},
    x = [[0., 1.]], labels [0], SGD, bits=2: promised loss ln 2 = 0.6931, actual 1.3133 (the 1 beside the removed 4 rounds to 0).
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
    parameters = dict(model.named_parameters())
    quantized = {}
    for name, mask in masks.items():
        weight = parameters[name]
        with torch.no_grad():
            dims = tuple(range(1, weight.ndim))
            scale = weight.abs().amax(dims, keepdim=True) / (2 ** (bits - 1) - 1)
            scale = torch.where(scale == 0, torch.ones_like(scale), scale)
            rounded = torch.round(weight / scale) * scale * mask
        quantized[name] = weight + (rounded - weight).detach()
    optimizer.zero_grad()
    loss = F.cross_entropy(functional_call(model, quantized, (x,)), labels)
    loss.backward()
    optimizer.step()
    with torch.no_grad():
        for name, mask in masks.items():
            parameters[name].masked_fill_(~mask, 0.0)
    return loss.item()
