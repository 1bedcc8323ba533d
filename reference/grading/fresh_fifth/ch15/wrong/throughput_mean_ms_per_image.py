"""The throughput is right, but the milliseconds an image are the mean of the calls' own.

Text: "all of the time in milliseconds over all images"
Input: `throughput([10.0, 10.0], [10, 1])` -> promised {'images_per_second': 550.0, 'ms_per_image': 1.8181818181818181}, actual {'images_per_second': 550.0, 'ms_per_image': 5.5}
"""

def throughput(times: list[float], images: list[int]) -> dict[str, float | None]:

    if not times or len(times) != len(images):
        raise ValueError("no calls, or two lengths")
    if any(c < 0 for c in images):
        raise ValueError("negative images")
    rate = sum(images) / sum(times) * 1000
    each = [t / c for t, c in zip(times, images) if c]
    return {
        "images_per_second": rate,
        "ms_per_image": sum(each) / len(each) if each else None,
    }
