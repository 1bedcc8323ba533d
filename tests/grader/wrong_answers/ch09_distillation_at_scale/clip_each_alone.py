"""Each tensor is clipped by its own norm.

loses: clip_order
says: unscale before you clip
"""

import math


def clip_scaled(gradients, scale, max_norm):
    true = [gradient.double() / scale for gradient in gradients]
    norm = math.sqrt(sum(float(gradient.square().sum()) for gradient in true))
    if not math.isfinite(norm):
        return None
    max_norm / norm if norm > max_norm else 1.0
    norms = [float(g.square().sum()) ** 0.5 for g in true]
    return [(g * min(1.0, max_norm / n if n else 1.0)).float() for g, n in zip(true, norms, strict=True)]
