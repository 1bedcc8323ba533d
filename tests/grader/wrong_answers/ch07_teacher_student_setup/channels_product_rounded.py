"""The product is rounded to a whole number first.

loses: channels_nearest, channels_limits
says: halfway
"""


def scaled_channels(channels, width, multiple=8):
    wanted = round(channels * width)
    nearest = max(multiple, (2 * wanted + multiple) // (2 * multiple) * multiple)
    return nearest if 10 * nearest >= 9 * wanted else nearest + multiple
