"""Images a millisecond.

loses: throughput_rate
says: a second has 1,000 of them
"""

import math


def throughput(times, images):
    if len(times) != len(images) or not times:
        raise ValueError("lengths")
    if min(images) < 0:
        raise ValueError("negative")
    whole, count = math.fsum(times), sum(images)
    return {
        "images_per_second": count / whole,
        "ms_per_image": whole / count if count else None,
    }
