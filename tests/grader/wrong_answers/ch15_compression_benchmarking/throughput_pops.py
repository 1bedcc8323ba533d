"""The caller's lists are emptied.

loses: throughput_rate
says: argument
"""


def throughput(times, images):
    if len(times) != len(images) or not times:
        raise ValueError("lengths")
    if min(images) < 0:
        raise ValueError("negative")
    whole, count = 0.0, 0
    while times:
        whole, count = whole + times.pop(), count + images.pop()
    return {
        "images_per_second": 1000 * count / whole,
        "ms_per_image": whole / count if count else None,
    }
