"""Never more channels than before.

loses: channels_nearest, channels_limits
says: likely cause
"""


def scaled_channels(channels, width, multiple=8):
    wanted = channels * width
    nearest = max(multiple, int((wanted + multiple / 2) // multiple) * multiple)
    scaled = nearest if nearest >= 0.9 * wanted else nearest + multiple
    return min(scaled, channels)
