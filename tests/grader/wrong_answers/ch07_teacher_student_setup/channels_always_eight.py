"""Multiples of 8, whatever is asked for.

loses: channels_nearest, channels_limits
says: halfway between two
"""


def scaled_channels(channels, width, multiple=8):
    wanted = channels * width
    nearest = max(8, int((wanted + 4) // 8) * 8)
    return nearest if nearest >= 0.9 * wanted else nearest + 8
