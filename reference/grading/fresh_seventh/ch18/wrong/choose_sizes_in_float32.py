"""NumPy with sizes in float32: files of some 44 MB that differ by a byte are equally small.

Text: "The name of the smallest file among those within the tolerance"
Input: `choose_file([row("dense", 60_000_000, 950, 0), row("a", 44_000_001, 940, 0), row("b", 44_000_000, 935, 0)], 2)`
-> promised 'b', actual 'a'
"""

import numpy as np


def choose_file(variants: list[dict], tolerance: int) -> str:
    if not variants or tolerance < 0:
        raise ValueError("no variants, or a negative tolerance")
    size = np.array([v["size_bytes"] for v in variants], dtype=np.float32)
    right = np.array([v["validation_correct"] for v in variants])
    fit = 100 * (right[0] - right) <= tolerance * variants[0]["images"]
    for place in np.lexsort((-right, size)):
        if fit[place]:
            return variants[place]["name"]
