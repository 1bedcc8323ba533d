"""The product is cut off to a whole number first.

loses: channels_nearest, channels_limits
says: halfway between two
"""


def scaled_channels(channels, width, multiple=8):
    wanted = int(channels * width)
    nearest = max(multiple, (2 * wanted + multiple) // (2 * multiple) * multiple)
    return nearest if 10 * nearest >= 9 * wanted else nearest + multiple
