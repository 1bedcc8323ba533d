"""The square of the width, as if it were about MACs.

loses: channels_nearest, channels_limits
says: the nearest multiple
"""


def scaled_channels(channels, width, multiple=8):
    wanted = channels * width**2
    nearest = max(multiple, int((wanted + multiple / 2) // multiple) * multiple)
    return nearest if nearest >= 0.9 * wanted else nearest + multiple
