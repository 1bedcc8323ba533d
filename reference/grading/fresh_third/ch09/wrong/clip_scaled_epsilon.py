"""The usual max_norm / (norm + 1e-6), held at 1 or below: gradients that are just short enough are shortened, and tiny norms are far off.

Text: "multiplied by the same number, which makes it max_norm; others stay in true size exactly".
Input: [tensor([1e-6])], scale 1, max_norm 1e-6: halved; promised: unchanged.
"""
import torch
from torch import Tensor


def clip_scaled(gradients: list[Tensor], scale: float, max_norm: float) -> list[Tensor] | None:
    true = [g.float() / scale for g in gradients]
    if any(bool((~torch.isfinite(g)).any()) for g in true):
        return None
    norm = torch.sqrt(sum((g.double() ** 2).sum() for g in true))
    factor = (max_norm / (norm + 1e-6)).clamp(max=1.0)
    return [(g * factor).float() for g in true]
