"""Counts the possible places of the first tap with a range, without a formula."""


def output_size(size: int, kernel: int, *, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    last_tap = (kernel - 1) * dilation
    first_taps = range(-padding, size + padding - last_tap, stride)
    if not first_taps:
        raise ValueError(f"the kernel reaches over {last_tap + 1} pixels, the input has {size + 2 * padding}")
    return len(first_taps)
