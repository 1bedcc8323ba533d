"""80% in place of 90%.

loses: channels_limits
says: less than 90%
"""


def scaled_channels(channels, width, multiple=8):
    wanted = channels * width
    nearest = max(multiple, int((wanted + multiple / 2) // multiple) * multiple)
    return nearest if nearest >= 0.8 * wanted else nearest + multiple
