"""A division makes the right number a float.

loses: macs_both_sides, macs_ends
says: does something divide
"""


def pruned_macs(convs, kept):
    macs, inputs = 0, convs[0][0]
    for place, (before, outputs, k, pixels) in enumerate(convs):
        left = kept.get(place, outputs)
        macs += pixels * k * k * before * outputs * (inputs * left) / (before * outputs)
        inputs = left
    return float(round(macs))
