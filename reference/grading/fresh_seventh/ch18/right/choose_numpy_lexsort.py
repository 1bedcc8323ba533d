"""NumPy: lexsort over place, right images and size in int64, with a mask of what fits."""

import numpy as np


def choose_file(variants: list[dict], tolerance: int) -> str:
    if not variants or tolerance < 0:
        raise ValueError("no variants, or a negative tolerance")
    size = np.array([v["size_bytes"] for v in variants], dtype=np.int64)
    right = np.array([v["validation_correct"] for v in variants], dtype=np.int64)
    least = max(0, int(right[0]) - tolerance * variants[0]["images"] // 100)
    order = np.lexsort((np.arange(len(variants)), -right, size))
    return variants[int(order[right[order] >= least][0])]["name"]
