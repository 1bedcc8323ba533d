"""The first call is left out as warm-up.

loses: throughput_rate
says: all images over all of the time
"""

import math


def throughput(times, images):
    if len(times) != len(images) or not times:
        raise ValueError("lengths")
    if min(images) < 0:
        raise ValueError("negative")
    whole, count = math.fsum(times[1:] or times), sum(images[1:] or images)
    return {
        "images_per_second": 1000 * count / whole,
        "ms_per_image": whole / count if count else None,
    }
