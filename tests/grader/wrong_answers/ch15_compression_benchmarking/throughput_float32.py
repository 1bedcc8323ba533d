"""The sums are float32.

loses: throughput_rate
says: no rounding, no whole division
"""

import math

import numpy as np


def throughput(times, images):
    if len(times) != len(images) or not times:
        raise ValueError("lengths")
    if min(images) < 0:
        raise ValueError("negative")
    whole, count = math.fsum(times), sum(images)
    return {
        "images_per_second": float(np.float32(1000 * count) / np.float32(whole)),
        "ms_per_image": whole / count if count else None,
    }
