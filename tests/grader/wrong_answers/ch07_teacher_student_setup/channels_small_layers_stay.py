"""Layers below a multiple aren't scaled.

loses: channels_limits
says: at least one multiple
"""


def scaled_channels(channels, width, multiple=8):
    if channels < multiple:
        return channels
    wanted = channels * width
    nearest = max(multiple, int((wanted + multiple / 2) // multiple) * multiple)
    return nearest if nearest >= 0.9 * wanted else nearest + multiple
