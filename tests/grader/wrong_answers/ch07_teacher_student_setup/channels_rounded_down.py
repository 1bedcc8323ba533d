"""Always the multiple below.

loses: channels_nearest, channels_limits
says: the nearest multiple
"""


def scaled_channels(channels, width, multiple=8):
    wanted = channels * width
    nearest = max(multiple, int(wanted // multiple) * multiple)
    return nearest if nearest >= 0.9 * wanted else nearest + multiple
