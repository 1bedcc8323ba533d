"""Taylor: |w| times the size of the summed gradient over B. SNIP: one long vector that torch normalizes (L1), cut up again."""
import torch
import torch.nn.functional as F
from torch import Tensor


def taylor_scores(weight: Tensor, gradients: Tensor) -> Tensor:
    total = torch.zeros_like(weight)
    for gradient in gradients:
        total = total + gradient
    return weight.abs() * total.abs() / gradients.shape[0]


def snip_scores(weights: dict[str, Tensor], gradients: dict[str, Tensor]) -> dict[str, Tensor]:
    names = sorted(weights)
    flat = torch.cat([torch.mul(weights[name], gradients[name]).flatten() for name in names])
    shares = F.normalize(flat.abs(), p=1, dim=0, eps=0.0)
    parts = torch.split(shares, [weights[name].numel() for name in names])
    found = {name: part.reshape(weights[name].shape) for name, part in zip(names, parts, strict=True)}
    return {name: found[name] for name in weights}
