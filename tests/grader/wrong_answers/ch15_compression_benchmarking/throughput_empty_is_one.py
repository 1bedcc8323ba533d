"""A call without images counts as one image.

loses: throughput_each
says: has taken its time
"""

import math


def throughput(times, images):
    if len(times) != len(images) or not times:
        raise ValueError("lengths")
    if min(images) < 0:
        raise ValueError("negative")
    whole, count = math.fsum(times), sum(max(1, i) for i in images)
    return {
        "images_per_second": 1000 * count / whole,
        "ms_per_image": whole / count if count else None,
    }
