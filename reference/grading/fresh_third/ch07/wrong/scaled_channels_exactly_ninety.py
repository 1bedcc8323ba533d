"""Goes on to the next multiple where exactly 90% are left, not only where less is.

Text: "where this would be less than 90% of channels * width, the next multiple".
Input: channels 10, width 1, multiple 9 gives 18; promised is 9.
"""


def scaled_channels(channels: int, width: float, multiple: int = 8) -> int:
    wanted = channels * width
    nearest = max(multiple, int((2 * wanted + multiple) // (2 * multiple)) * multiple)
    if nearest <= 0.9 * wanted:
        nearest += multiple
    return nearest
