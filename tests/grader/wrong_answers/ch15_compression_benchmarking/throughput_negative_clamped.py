"""Negative numbers of images count as 0.

loses: throughput_limits
says: a negative number of images
"""

import math


def throughput(times, images):
    if len(times) != len(images) or not times:
        raise ValueError("lengths")
    images = [max(0, i) for i in images]
    whole, count = math.fsum(times), sum(images)
    return {
        "images_per_second": 1000 * count / whole,
        "ms_per_image": whole / count if count else None,
    }
