"""Always the multiple above.

loses: channels_nearest, channels_limits
says: the nearest multiple
"""

import math


def scaled_channels(channels, width, multiple=8):
    return math.ceil(channels * width / multiple) * multiple
