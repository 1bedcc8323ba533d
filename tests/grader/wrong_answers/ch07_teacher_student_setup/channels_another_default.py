"""A default of 4.

loses: channels_nearest
says: if nothing else is said
"""


def scaled_channels(channels, width, multiple=4):
    wanted = channels * width
    nearest = max(multiple, int((wanted + multiple / 2) // multiple) * multiple)
    return nearest if nearest >= 0.9 * wanted else nearest + multiple
