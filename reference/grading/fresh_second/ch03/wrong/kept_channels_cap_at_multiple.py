"""Where the rounded count is more than there are channels, it falls back to the largest multiple that fits.

Text: "this count is rounded up to a multiple of it, 1 or more; if that is more than there are channels, all stay".
Input: scores = [[1., 2., 3., 4., 5., 6.]], count = 5, multiple = 4 gives [2, 3, 4, 5]; promised are all six.
"""
import torch


def kept_channels(scores: list[torch.Tensor], count: int, multiple: int = 1) -> list[int]:
    total = torch.stack(scores).sum(dim=0)
    channels = total.numel()
    number = (count + multiple - 1) // multiple * multiple
    if number > channels:
        number = channels // multiple * multiple or channels
    order = torch.sort(total, descending=True, stable=True).indices
    return sorted(order[:number].tolist())
