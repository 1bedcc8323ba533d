"""Iterators without a for statement: a deque swallows the warm-up, map makes the calls; throughput by way of the seconds."""

import math
from collections import deque
from itertools import repeat


def time_calls(call, clock, repeats: int, warmup: int = 3) -> list[float]:
    if repeats < 1:
        raise ValueError("repeats")
    if warmup < 0:
        raise ValueError("warmup")

    def timed(run):
        start = clock()
        run()
        return 1e3 * (clock() - start)

    deque((run() for run in repeat(call, warmup)), maxlen=0)
    return list(map(timed, repeat(call, repeats)))


def throughput(times: list[float], images: list[int]) -> dict[str, float | None]:
    try:
        pairs = list(zip(times, images, strict=True))
    except ValueError:
        raise ValueError("a number of images for each time, please") from None
    if not pairs or any(count < 0 for _, count in pairs):
        raise ValueError("no call, or fewer images than none")
    seconds = math.fsum(ms for ms, _ in pairs) / 1000
    pictures = sum(count for _, count in pairs)
    answer = {"images_per_second": pictures / seconds, "ms_per_image": None}
    if pictures:
        answer["ms_per_image"] = 1000 * seconds / pictures
    return answer
