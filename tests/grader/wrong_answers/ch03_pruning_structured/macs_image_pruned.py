"""The image's channels are scaled down as well.

loses: macs_both_sides
says: a layer's inputs are what
"""


def pruned_macs(convs: list[tuple[int, int, int, int]], kept):
    macs, inputs = 0, max(1, convs[0][0] * kept.get(0, convs[0][1]) // convs[0][1])
    for place, (_, outputs, k, pixels) in enumerate(convs):
        left = kept.get(place, outputs)
        macs += pixels * k * k * inputs * left
        inputs = left
    return macs
