"""The share of the first layer squared, for the whole chain.

loses: macs_ends
says: layers that aren't named
"""


def pruned_macs(convs: list[tuple[int, int, int, int]], kept):
    whole = sum(inputs * outputs * k * k * pixels for inputs, outputs, k, pixels in convs)
    share = kept.get(0, convs[0][1]) / convs[0][1]
    return round(whole * share * share)
