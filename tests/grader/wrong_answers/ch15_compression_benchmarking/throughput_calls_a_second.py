"""Calls a second.

loses: throughput_rate
says: all images over all of the time
"""

import math


def throughput(times, images):
    if len(times) != len(images) or not times:
        raise ValueError("lengths")
    if min(images) < 0:
        raise ValueError("negative")
    whole, count = math.fsum(times), sum(images)
    return {
        "images_per_second": 1000 * len(times) / whole,
        "ms_per_image": whole / count if count else None,
    }
