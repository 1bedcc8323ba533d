"""The gradients are divided in place.

loses: clip_order
says: does the function work in place
"""

import math


def clip_scaled(gradients, scale, max_norm):
    true = [gradient.div_(scale).double() for gradient in gradients]
    norm = math.sqrt(sum(float(gradient.square().sum()) for gradient in true))
    if not math.isfinite(norm):
        return None
    factor = max_norm / norm if norm > max_norm else 1.0
    return [(gradient * factor).float() for gradient in true]
