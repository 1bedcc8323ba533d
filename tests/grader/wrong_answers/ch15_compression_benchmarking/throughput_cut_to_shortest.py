"""The longer list is cut.

loses: throughput_limits
says: one number of images for each time
"""

import math


def throughput(times, images):
    pairs = list(zip(times, images, strict=False))
    times, images = [t for t, _ in pairs], [i for _, i in pairs]
    if not times:
        raise ValueError("lengths")
    if min(images) < 0:
        raise ValueError("negative")
    whole, count = math.fsum(times), sum(images)
    return {
        "images_per_second": 1000 * count / whole,
        "ms_per_image": whole / count if count else None,
    }
