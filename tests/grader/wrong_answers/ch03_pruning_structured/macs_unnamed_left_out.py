"""A layer that isn't named isn't counted.

loses: macs_ends
says: layers that aren't named
"""


def pruned_macs(convs: list[tuple[int, int, int, int]], kept):
    macs, inputs = 0, convs[0][0]
    for place, (_, outputs, k, pixels) in enumerate(convs):
        left = kept.get(place, outputs)
        if place in kept:
            macs += pixels * k * k * inputs * left
        inputs = left
    return macs
