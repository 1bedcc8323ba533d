"""The sum of absolute values.

loses: clip_order
says: unscale before you clip
"""

import math


def clip_scaled(gradients, scale, max_norm):
    true = [gradient.double() / scale for gradient in gradients]
    norm = sum(float(gradient.abs().sum()) for gradient in true)
    if not math.isfinite(norm):
        return None
    factor = max_norm / norm if norm > max_norm else 1.0
    return [(gradient * factor).float() for gradient in true]
