"""Half of an odd multiple, cut off.

loses: channels_nearest
says: halfway between two
"""


def scaled_channels(channels, width, multiple=8):
    wanted = channels * width
    nearest = max(multiple, int(wanted + multiple // 2) // multiple * multiple)
    return nearest if nearest >= 0.9 * wanted else nearest + multiple
