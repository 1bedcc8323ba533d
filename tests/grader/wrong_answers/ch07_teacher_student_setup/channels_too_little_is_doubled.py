"""What is too little is doubled.

loses: channels_limits
says: less than 90%
"""


def scaled_channels(channels, width, multiple=8):
    wanted = channels * width
    nearest = max(multiple, int((wanted + multiple / 2) // multiple) * multiple)
    return nearest if nearest >= 0.9 * wanted else 2 * nearest
