"""The result is a float.

loses: channels_nearest, channels_limits
says: give an int
"""


def scaled_channels(channels, width, multiple=8):
    wanted = channels * width
    nearest = max(multiple, (wanted + multiple / 2) // multiple * multiple)
    return float(nearest if nearest >= 0.9 * wanted else nearest + multiple)
