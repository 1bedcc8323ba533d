"""float16 comes back.

loses: clip_half
says: float32 comes back
"""

import math


def clip_scaled(gradients, scale, max_norm):
    true = [gradient.double() / scale for gradient in gradients]
    norm = math.sqrt(sum(float(gradient.square().sum()) for gradient in true))
    if not math.isfinite(norm):
        return None
    factor = max_norm / norm if norm > max_norm else 1.0
    return [(gradient * factor).to(old.dtype) for gradient, old in zip(true, gradients, strict=True)]
