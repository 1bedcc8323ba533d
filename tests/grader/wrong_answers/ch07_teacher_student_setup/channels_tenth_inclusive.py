"""Exactly 90% is raised too.

loses: channels_limits
says: exactly 90%
"""


def scaled_channels(channels, width, multiple=8):
    wanted = channels * width
    nearest = max(multiple, int((wanted + multiple / 2) // multiple) * multiple)
    return nearest if nearest > 0.9 * wanted else nearest + multiple
