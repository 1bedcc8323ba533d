"""Squares in the gradients' own type: float16 overflows.

loses: clip_half
says: squares of float16 overflow at 256
"""

import math


def clip_scaled(gradients, scale, max_norm):
    true = [gradient.double() / scale for gradient in gradients]
    norm = math.sqrt(sum(float(gradient.square().sum()) / scale**2 for gradient in gradients))
    if not math.isfinite(norm):
        return None
    factor = max_norm / norm if norm > max_norm else 1.0
    return [(gradient * factor).float() for gradient in true]
