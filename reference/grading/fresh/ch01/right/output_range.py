"""Right: counts the left ends at which the kernel may lie, as the length of a range."""


def output_size(size: int, kernel: int, *, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    taps = range(0, kernel * dilation, dilation)
    padded = size + 2 * padding
    places = len(range(0, padded - taps[-1], stride))
    if not places:
        raise ValueError(f"taps up to pixel {taps[-1]} fit nowhere on {padded} pixels")
    return places
