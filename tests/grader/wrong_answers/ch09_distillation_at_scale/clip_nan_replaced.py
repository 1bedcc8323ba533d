"""Infinities are replaced, and the step is taken.

loses: clip_half
says: an element is infinite or NaN
"""

import math

import torch


def clip_scaled(gradients, scale, max_norm):
    true = [torch.nan_to_num(gradient.double() / scale) for gradient in gradients]
    norm = math.sqrt(sum(float(gradient.square().sum()) for gradient in true))
    if not math.isfinite(norm):
        return None
    factor = max_norm / norm if norm > max_norm else 1.0
    return [(gradient * factor).float() for gradient in true]
