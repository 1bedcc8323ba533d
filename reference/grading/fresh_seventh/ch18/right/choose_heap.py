"""A heap of tuples; the smallest is taken from it until one is within the tolerance."""

import heapq


def choose_file(variants: list[dict], tolerance: int) -> str:
    if not variants or tolerance < 0:
        raise ValueError("no variants, or a negative tolerance")
    heap = [(v["size_bytes"], -v["validation_correct"], i) for i, v in enumerate(variants)]
    first, allowed = -heap[0][1], tolerance * variants[0]["images"]
    heapq.heapify(heap)
    while True:
        _, minus_right, i = heapq.heappop(heap)
        if 100 * (first + minus_right) <= allowed:
            return variants[i]["name"]
