"""At least one channel, and not one multiple.

loses: channels_limits
says: at least one multiple
"""


def scaled_channels(channels, width, multiple=8):
    wanted = channels * width
    nearest = max(1, int((wanted + multiple / 2) // multiple) * multiple)
    return nearest if nearest >= 0.9 * wanted else nearest + multiple
