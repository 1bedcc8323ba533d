"""Reads the last layer's outputs at [place - 1], which is the END of the list for the first layer.

Text: "The first layer's inputs are those of the image, and stay."
Input: convs = [(3, 8, 1, 1)], kept = {} gives 64; promised is 24.
"""


def pruned_macs(convs: list[tuple[int, int, int, int]], kept: dict[int, int]) -> int:
    left = [kept.get(place, conv[1]) for place, conv in enumerate(convs)]
    macs = 0
    for place in range(len(convs)):
        _, _, k, pixels = convs[place]
        macs += pixels * k * k * left[place - 1] * left[place]
    return macs
