"""Rounds up to the next multiple even where the count is a multiple already.

With scores = [arange(12.)], count=8, multiple=4 the text promises 8 channels (4 to 11), gives all 12."""
import torch


def kept_channels(scores: list[torch.Tensor], count: int, multiple: int = 1) -> list[int]:
    total = torch.stack(list(scores)).sum(0)
    if multiple > 1:
        count = (count // multiple + 1) * multiple
    count = min(count, len(total))
    order = torch.sort(total, descending=True, stable=True).indices
    return sorted(order[:count].tolist())
