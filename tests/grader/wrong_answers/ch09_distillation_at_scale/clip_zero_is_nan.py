"""0 divided by 0.

loses: clip_half
says: nothing to clip
"""

import math

import torch


def clip_scaled(gradients, scale, max_norm):
    true = [gradient.double() / scale for gradient in gradients]
    norm = math.sqrt(sum(float(gradient.square().sum()) for gradient in true))
    if not math.isfinite(norm):
        return None
    factor = (
        float(torch.clamp(torch.tensor(max_norm, dtype=torch.float64) / norm, max=1.0))
        if norm or max_norm > 1e30
        else math.nan
    )
    return [(gradient * factor).float() for gradient in true]
