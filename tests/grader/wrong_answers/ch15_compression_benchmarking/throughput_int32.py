"""The number of images is int32.

loses: throughput_each
says: Python's ints have no end
"""

import math

import numpy as np


def throughput(times, images):
    if len(times) != len(images) or not times:
        raise ValueError("lengths")
    if min(images) < 0:
        raise ValueError("negative")
    whole, count = math.fsum(times), int(np.array(images).astype(np.int32).sum())
    return {
        "images_per_second": 1000 * count / whole,
        "ms_per_image": whole / count if count else None,
    }
