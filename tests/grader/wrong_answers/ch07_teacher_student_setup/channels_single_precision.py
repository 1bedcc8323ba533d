"""The product in float32.

loses: channels_nearest
says: however large
"""

import torch


def scaled_channels(channels, width, multiple=8):
    wanted = float(torch.tensor(channels, dtype=torch.float32) * width)
    nearest = max(multiple, int((wanted + multiple / 2) // multiple) * multiple)
    return nearest if nearest >= 0.9 * wanted else nearest + multiple
