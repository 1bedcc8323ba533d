"""PyTorch's 1e-6 beside the norm, which counts where norms are small.

loses: clip_half
says: small gradients are clipped to the same limit
"""

import math


def clip_scaled(gradients, scale, max_norm):
    true = [gradient.double() / scale for gradient in gradients]
    norm = math.sqrt(sum(float(gradient.square().sum()) for gradient in true))
    if not math.isfinite(norm):
        return None
    factor = min(1.0, max_norm / (norm + 1e-6))
    return [(gradient * factor).float() for gradient in true]
