"""Guards the division with scale.clamp(min=1e-8): a row of small weights that are not 0 is rounded away.

Text: "W' = s round((W * M) / s), s = max_row |W * M| / (2^(b-1) - 1)"; only "A row without any weight other than 0 stays 0."
Input: m = nn.Linear(1, 2, bias=False).double() with weight [[4e-9], [-4e-9]], masks all True, x = [[1e8]], labels [0], SGD, bits=2:
    promised loss 0.3711 (logits 0.4 and -0.4), actual ln 2 = 0.6931.
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
    optimizer.zero_grad()
    params = dict(model.named_parameters())
    overrides = {}
    for name, mask in masks.items():
        w = params[name]
        masked = w * mask
        reduce_dims = list(range(1, w.dim()))
        max_abs = masked.detach().abs().amax(dim=reduce_dims, keepdim=True)
        scale = (max_abs / (2 ** (bits - 1) - 1)).clamp(min=1e-8)
        quantized = torch.round(masked.detach() / scale) * scale
        overrides[name] = w + (quantized - w).detach()
    logits = functional_call(model, overrides, (x,))
    loss = F.cross_entropy(logits, labels)
    loss.backward()
    optimizer.step()
    with torch.no_grad():
        for name, mask in masks.items():
            params[name].mul_(mask.to(params[name].dtype))
    return loss.item()
