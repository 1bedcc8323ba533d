"""All images over the median time of a call.

loses: throughput_rate
says: all images over all of the time
"""

import math
import statistics


def throughput(times, images):
    if len(times) != len(images) or not times:
        raise ValueError("lengths")
    if min(images) < 0:
        raise ValueError("negative")
    whole, count = math.fsum(times), sum(images)
    return {
        "images_per_second": 1000 * count / (statistics.median(times) * len(times)),
        "ms_per_image": whole / count if count else None,
    }
