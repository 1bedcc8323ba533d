"""Breaks ties by taking a little off later channels: scores that are close change places.

With scores = [tensor([1.0, 1.0000005, 0.0])], count=1 the text promises [1], gives [0] (1.0000005 - 1e-6 < 1)."""
import torch


def kept_channels(scores: list[torch.Tensor], count: int, multiple: int = 1) -> list[int]:
    total = torch.stack(list(scores)).sum(0).double()
    channels = len(total)
    count = min(-(-count // multiple) * multiple, channels)
    nudged = total - 1e-6 * torch.arange(channels, dtype=torch.float64)
    return sorted(nudged.topk(count).indices.tolist())
