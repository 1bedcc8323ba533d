"""Exact sums and quotients as Fractions, floats only in the answer; the two lists are read together, one call after the other."""

from fractions import Fraction


def throughput(times: list[float], images: list[int]) -> dict[str, float | None]:
    if len(times) != len(images) or len(times) < 1:
        raise ValueError("as many times as numbers of images, and one at least")
    spent, handled = Fraction(0), 0
    for ms, count in zip(times, images):
        if count < 0:
            raise ValueError("a negative number of images")
        spent += Fraction(ms)
        handled += int(count)
    return {
        "images_per_second": float(handled / (spent / 1000)),
        "ms_per_image": float(spent / handled) if handled > 0 else None,
    }
