"""The share of each layer's MACs that is left is a float, and cut off.

loses: macs_both_sides
says: a share is rounded
"""


def pruned_macs(convs, kept):
    macs, share = 0, 1.0
    for place, (inputs, outputs, k, pixels) in enumerate(convs):
        left = kept.get(place, outputs) / outputs
        macs += int(share * left * (pixels * k * k * inputs * outputs))
        share = left
    return macs
