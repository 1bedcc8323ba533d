"""One flat tensor.

loses: clip_order
says: unscale before you clip
"""

import math

import torch


def clip_scaled(gradients, scale, max_norm):
    true = [gradient.double() / scale for gradient in gradients]
    norm = math.sqrt(sum(float(gradient.square().sum()) for gradient in true))
    if not math.isfinite(norm):
        return None
    factor = max_norm / norm if norm > max_norm else 1.0
    return torch.cat([(g * factor).float().flatten() for g in true])
