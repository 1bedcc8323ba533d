"""Masked channels are multiplied like all others: nothing is saved.

loses: macs_both_sides, macs_ends
says: only masked
"""


def pruned_macs(convs: list[tuple[int, int, int, int]], kept):
    return sum(inputs * outputs * k * k * pixels for inputs, outputs, k, pixels in convs)
