"""Right: recursion from the chain's end, with math.prod."""
import math


def pruned_macs(convs: list[tuple[int, int, int, int]], kept: dict[int, int]) -> int:
    def upto(place):
        if place < 0:
            return 0
        inputs, outputs, k, pixels = convs[place]
        reads = inputs if place == 0 else kept.get(place - 1, inputs)
        return math.prod((pixels, k, k, reads, kept.get(place, outputs))) + upto(place - 1)

    return upto(len(convs) - 1)
