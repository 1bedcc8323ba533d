"""The rule about a tenth is left out.

loses: channels_limits
says: less than 90%
"""


def scaled_channels(channels, width, multiple=8):
    return max(multiple, int((channels * width + multiple / 2) // multiple) * multiple)
