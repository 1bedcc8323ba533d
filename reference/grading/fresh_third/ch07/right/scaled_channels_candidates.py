"""Looks at the multiples below and above and takes the nearer one, the larger of two; then the last step."""


def _nearest(wanted: float, multiple: int) -> int:
    below = int(wanted // multiple) * multiple
    above = below + multiple
    if below == 0:
        return above
    return below if wanted - below < above - wanted else above


def scaled_channels(channels: int, width: float, multiple: int = 8) -> int:
    wanted = channels * width
    result = _nearest(wanted, multiple)
    return result + multiple if result * 10 < wanted * 9 else result
