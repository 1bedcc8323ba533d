"""Lets only a layer that is itself named read fewer inputs.

With convs = [(3, 8, 3, 100), (8, 12, 3, 100)] and kept = {0: 4} the text promises 100*9*3*4 + 100*9*4*12 = 54000,
gives 10800 + 86400 = 97200."""


def pruned_macs(convs: list[tuple[int, int, int, int]], kept: dict[int, int]) -> int:
    total = 0
    for place, (inputs, outputs, k, pixels) in enumerate(convs):
        if place in kept:
            inputs = kept.get(place - 1, inputs)
            outputs = kept[place]
        total += pixels * k**2 * inputs * outputs
    return total
