"""90% of the channels before scaling.

loses: channels_nearest, channels_limits
says: the nearest multiple
"""


def scaled_channels(channels, width, multiple=8):
    wanted = channels * width
    nearest = max(multiple, int((wanted + multiple / 2) // multiple) * multiple)
    return nearest if nearest >= 0.9 * channels else nearest + multiple
