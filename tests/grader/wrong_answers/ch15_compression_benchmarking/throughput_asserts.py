"""Assertions instead of a ValueError.

loses: throughput_limits
says: of no calls
"""

import math


def throughput(times, images):
    assert times and len(times) == len(images)
    if min(images) < 0:
        raise ValueError("negative")
    whole, count = math.fsum(times), sum(images)
    return {
        "images_per_second": 1000 * count / whole,
        "ms_per_image": whole / count if count else None,
    }
