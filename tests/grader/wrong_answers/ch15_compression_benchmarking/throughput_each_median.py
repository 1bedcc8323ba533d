"""The median call's milliseconds over its images.

loses: throughput_each
says: over all images: not a mean over calls
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
        "images_per_second": 1000 * count / whole,
        "ms_per_image": statistics.median(t / max(i, 1) for i, t in zip(images, times, strict=True)) if count else None,
    }
