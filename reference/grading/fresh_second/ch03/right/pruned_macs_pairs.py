"""The channels at every place of the chain in one list; neighbours in it are the inputs and outputs of a layer."""
import itertools
import math


def pruned_macs(convs: list[tuple[int, int, int, int]], kept: dict[int, int]) -> int:
    if not convs:
        return 0
    widths = [convs[0][0]]
    for place, conv in enumerate(convs):
        widths.append(kept[place] if place in kept else conv[1])
    return sum(
        math.prod((k, k, pixels, *pair))
        for (_, _, k, pixels), pair in zip(convs, itertools.pairwise(widths), strict=True)
    )
