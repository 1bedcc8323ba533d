"""Holds the result against 90% of the channels before scaling: every narrower layer gets one multiple too many.

Text: "less than 90% of channels * width".
Input: channels 64, width 0.5 gives 40; promised is 32.
"""


def scaled_channels(channels: int, width: float, multiple: int = 8) -> int:
    rounded = int((2 * channels * width + multiple) // (2 * multiple)) * multiple
    rounded = max(rounded, multiple)
    if 10 * rounded < 9 * channels:
        rounded += multiple
    return rounded
