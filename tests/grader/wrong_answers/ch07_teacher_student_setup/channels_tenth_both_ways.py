"""More than a tenth above is lowered, too.

loses: channels_limits
says: multiple
"""


def scaled_channels(channels, width, multiple=8):
    wanted = channels * width
    nearest = max(multiple, int((wanted + multiple / 2) // multiple) * multiple)
    if nearest < 0.9 * wanted:
        return nearest + multiple
    if nearest > 1.1 * wanted and nearest > multiple:
        return nearest - multiple
    return nearest
