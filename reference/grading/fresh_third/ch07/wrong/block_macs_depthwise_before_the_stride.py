"""Counts the depthwise convolution at the size of the image that comes in, as if the 1x1 convolution had the stride.

Text: "MACs of the two convolutions of your `separable_block`", whose filters move by the stride.
Input: block_macs(8, 16, 3, 2, 16, 16)["separable"] gives 26624; promised is 12800.
"""


def block_macs(
    inputs: int, outputs: int, kernel: int, stride: int, height: int, width: int
) -> dict[str, int | float]:
    def after(size: int) -> int:
        return (size + 2 * (kernel // 2) - kernel) // stride + 1

    out = after(height) * after(width)
    standard = inputs * outputs * kernel * kernel * out
    separable = inputs * kernel * kernel * height * width + inputs * outputs * out
    return {"standard": standard, "separable": separable, "share": separable / standard}
