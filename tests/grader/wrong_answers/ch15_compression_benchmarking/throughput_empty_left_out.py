"""Calls without images are left out, with their time.

loses: throughput_each
says: has taken its time
"""

import math


def throughput(times, images):
    if len(times) != len(images) or not times:
        raise ValueError("lengths")
    if min(images) < 0:
        raise ValueError("negative")
    whole, count = math.fsum(t for i, t in zip(images, times, strict=True) if i), sum(images)
    return {
        "images_per_second": 1000 * count / whole if count else 0.0,
        "ms_per_image": whole / count if count else None,
    }
