"""No multiple at all.

loses: channels_nearest, channels_limits
says: the nearest multiple
"""


def scaled_channels(channels, width, multiple=8):
    return max(1, round(channels * width))
