"""Leaves calls without images out, and their time with them.

Text: "A call without images has taken its time all the same."
Input: `throughput([10.0, 40.0], [5, 0])` -> promised {'images_per_second': 100.0, 'ms_per_image': 10.0}, actual {'images_per_second': 500.0, 'ms_per_image': 2.0}
"""

def throughput(times: list[float], images: list[int]) -> dict[str, float | None]:

    if not times or len(times) != len(images):
        raise ValueError("no calls, or two lengths")
    if min(images) < 0:
        raise ValueError("negative images")
    pairs = [(ms, count) for ms, count in zip(times, images) if count > 0]
    if not pairs:
        return {"images_per_second": 0.0, "ms_per_image": None}
    ms = sum(t for t, _ in pairs)
    count = sum(c for _, c in pairs)
    return {"images_per_second": count * 1000 / ms, "ms_per_image": ms / count}
