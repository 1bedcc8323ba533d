"""Zeros for an overflow, and no None.

loses: clip_half
says: an element is infinite or NaN
"""

import math

import torch


def clip_scaled(gradients, scale, max_norm):
    true = [gradient.double() / scale for gradient in gradients]
    norm = math.sqrt(sum(float(gradient.square().sum()) for gradient in true))
    if not math.isfinite(norm):
        return [torch.zeros_like(g, dtype=torch.float32) for g in gradients]
    factor = max_norm / norm if norm > max_norm else 1.0
    return [(gradient * factor).float() for gradient in true]
