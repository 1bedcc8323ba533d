"""Each layer loses inputs, but makes as many outputs as before.

loses: macs_both_sides, macs_ends
says: makes as many outputs as before
"""


def pruned_macs(convs: list[tuple[int, int, int, int]], kept):
    macs, inputs = 0, convs[0][0]
    for place, (_, outputs, k, pixels) in enumerate(convs):
        left = kept.get(place, outputs)
        macs += pixels * k * k * inputs * outputs
        inputs = left
    return macs
