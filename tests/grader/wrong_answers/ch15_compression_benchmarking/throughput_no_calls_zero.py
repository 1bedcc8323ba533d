"""No calls: 0 images a second.

loses: throughput_limits
says: of no calls
"""

import math


def throughput(times, images):
    if not times and not images:
        return {"images_per_second": 0.0, "ms_per_image": None}
    if len(times) != len(images) or not times:
        raise ValueError("lengths")
    if min(images) < 0:
        raise ValueError("negative")
    whole, count = math.fsum(times), sum(images)
    return {
        "images_per_second": 1000 * count / whole,
        "ms_per_image": whole / count if count else None,
    }
