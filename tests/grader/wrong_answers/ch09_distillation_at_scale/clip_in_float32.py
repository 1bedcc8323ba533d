"""In float32: squares of tiny and huge ones are lost.

loses: clip_half
says: squares of float32 overflow and vanish
"""

import math


def clip_scaled(gradients, scale, max_norm):
    true = [gradient.float() / scale for gradient in gradients]
    norm = math.sqrt(sum(float(gradient.square().sum()) for gradient in true))
    if not math.isfinite(norm):
        return None
    factor = max_norm / norm if norm > max_norm else 1.0
    return [(gradient * factor).float() for gradient in true]
