"""Counts the images in int64: a sum above 2**63 - 1 runs over, and the throughput is negative.

Text: "images: how many images each of these calls handled, in the same order: ints from 0."
Input: `throughput([1000.0, 1000.0], [2**62, 2**62])['images_per_second']` -> promised 4.611686018427388e+18, actual -4.611686018427388e+18
"""

import numpy as np


def throughput(times: list[float], images: list[int]) -> dict[str, float | None]:
    if not times or len(times) != len(images):
        raise ValueError("no calls, or two lengths")
    counts = np.array(images, dtype=np.int64)
    if (counts < 0).any():
        raise ValueError("negative images")
    ms = float(np.sum(np.array(times, dtype=np.float64)))
    total = int(counts.sum())
    return {
        "images_per_second": 1000 * total / ms,
        "ms_per_image": ms / total if total else None,
    }
