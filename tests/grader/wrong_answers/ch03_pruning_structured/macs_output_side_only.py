"""Each layer loses outputs; the next one still reads all inputs.

loses: macs_both_sides, macs_ends
says: reads as many inputs as before
"""


def pruned_macs(convs: list[tuple[int, int, int, int]], kept):
    macs, inputs = 0, convs[0][0]
    for place, (_, outputs, k, pixels) in enumerate(convs):
        left = kept.get(place, outputs)
        macs += pixels * k * k * inputs * left
        inputs = outputs
    return macs
