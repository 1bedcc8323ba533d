"""No images: a division by zero.

loses: throughput_each
says: ZeroDivisionError
"""

import math


def throughput(times, images):
    if len(times) != len(images) or not times:
        raise ValueError("lengths")
    if min(images) < 0:
        raise ValueError("negative")
    whole, count = math.fsum(times), sum(images)
    return {
        "images_per_second": 1000 * count / whole,
        "ms_per_image": whole / count,
    }
