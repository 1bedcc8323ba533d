"""A layer that isn't named is an error.

loses: macs_ends
says: KeyError
"""


def pruned_macs(convs: list[tuple[int, int, int, int]], kept):
    macs, inputs = 0, convs[0][0]
    for place, (_, _, k, pixels) in enumerate(convs):
        left = kept[place]
        macs += pixels * k * k * inputs * left
        inputs = left
    return macs
