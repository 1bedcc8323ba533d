"""The side of the kernel once.

loses: macs_both_sides, macs_ends
says: k x k taps
"""


def pruned_macs(convs: list[tuple[int, int, int, int]], kept):
    macs, inputs = 0, convs[0][0]
    for place, (_, outputs, k, pixels) in enumerate(convs):
        left = kept.get(place, outputs)
        macs += pixels * k * inputs * left
        inputs = left
    return macs
