"""The layers are counted from 1.

loses: macs_both_sides, macs_ends
says: a layer's inputs are what
"""


def pruned_macs(convs: list[tuple[int, int, int, int]], kept):
    macs, inputs = 0, convs[0][0]
    for place, (_, outputs, k, pixels) in enumerate(convs, 1):
        left = kept.get(place, outputs)
        macs += pixels * k * k * inputs * left
        inputs = left
    return macs
