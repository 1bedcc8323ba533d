"""Python's round, which takes halves to the even neighbour.

loses: channels_nearest
says: halfway between two
"""


def scaled_channels(channels, width, multiple=8):
    wanted = channels * width
    nearest = max(multiple, round(wanted / multiple) * multiple)
    return nearest if nearest >= 0.9 * wanted else nearest + multiple
