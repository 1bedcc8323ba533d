"""Shrinks the outputs of each pruned layer, but the next layer goes on reading all channels.

Text: "two layers get cheaper: the one that produced them and the one that read them".
Input: convs = [(3, 8, 3, 16), (8, 4, 3, 16)], kept = {0: 2} gives 5472; promised is 2016.
"""


def pruned_macs(convs: list[tuple[int, int, int, int]], kept: dict[int, int]) -> int:
    total = 0
    for place, (inputs, outputs, k, pixels) in enumerate(convs):
        total += pixels * k**2 * inputs * kept.get(place, outputs)
    return total
