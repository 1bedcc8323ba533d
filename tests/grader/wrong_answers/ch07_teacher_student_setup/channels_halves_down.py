"""Of two that are equally near, the smaller.

loses: channels_nearest
says: halfway between two
"""

import math


def scaled_channels(channels, width, multiple=8):
    wanted = channels * width
    nearest = max(multiple, math.ceil(wanted / multiple - 0.5) * multiple)
    return nearest if nearest >= 0.9 * wanted else nearest + multiple
