"""Sums up over the groups and over the rows of the output, with slices of a range for the places."""


def _places(pixels: int, taps: int, stride: int, padding: int, dilation: int) -> int:
    return len(range(pixels + 2 * padding)[(taps - 1) * dilation :: stride])


def conv2d_macs(
    input_shape: tuple[int, int, int, int],
    out_channels: int,
    kernel_size: tuple[int, int],
    *,
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
    groups: int = 1,
) -> int:
    images, channels, *pixels = input_shape
    across = [_places(p, k, stride, padding, dilation) for p, k in zip(pixels, kernel_size)]
    total = 0
    for _ in range(groups):
        weights = (out_channels // groups) * (channels // groups) * kernel_size[0] * kernel_size[1]
        for _ in range(across[0]):
            total += weights * across[1]
    return images * total
