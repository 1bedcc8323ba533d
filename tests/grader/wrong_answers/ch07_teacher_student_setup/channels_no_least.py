"""A narrow layer is left without channels.

loses: channels_limits
says: at least one multiple
"""


def scaled_channels(channels, width, multiple=8):
    wanted = channels * width
    nearest = int((wanted + multiple / 2) // multiple) * multiple
    if nearest == 0:
        return 0
    return nearest if nearest >= 0.9 * wanted else nearest + multiple
