"""The last, smaller batch is left out.

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
    if len(images) > 1 and images[-1] < images[0]:
        whole, count = whole - times[-1], count - images[-1]
    return {
        "images_per_second": 1000 * count / whole,
        "ms_per_image": whole / count if count else None,
    }
