"""No calls: a division by zero.

loses: throughput_limits
says: of no calls
"""

import math


def throughput(times, images):
    if len(times) != len(images):
        raise ValueError("lengths")
    if min(images, default=0) < 0:
        raise ValueError("negative")
    whole, count = math.fsum(times), sum(images)
    return {
        "images_per_second": 1000 * count / whole,
        "ms_per_image": whole / count if count else None,
    }
