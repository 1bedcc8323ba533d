"""10% of the result, and not of the product.

loses: channels_limits
says: less than 90%
"""


def scaled_channels(channels, width, multiple=8):
    wanted = channels * width
    nearest = max(multiple, int((wanted + multiple / 2) // multiple) * multiple)
    return nearest if wanted - nearest <= 0.1 * nearest else nearest + multiple
