"""More times than numbers of images pass.

loses: throughput_limits
says: one number of images for each time
"""

import math


def throughput(times, images):
    if len(times) < len(images) or not times:
        raise ValueError("lengths")
    if min(images, default=0) < 0:
        raise ValueError("negative")
    whole, count = math.fsum(times), sum(images)
    return {
        "images_per_second": 1000 * count / whole,
        "ms_per_image": whole / count if count else None,
    }
