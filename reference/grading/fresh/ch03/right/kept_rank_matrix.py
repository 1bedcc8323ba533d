"""Right: counts for every channel how many come before it (larger, or equal and earlier) in a square matrix of comparisons."""
import torch


def kept_channels(scores: list[torch.Tensor], count: int, multiple: int = 1) -> list[int]:
    total = torch.stack(tuple(scores), dim=-1).sum(-1)
    while count % multiple:
        count += 1
    larger = total[:, None] > total[None, :]
    place = torch.arange(total.numel())
    earlier = (total[:, None] == total[None, :]) & (place[:, None] < place[None, :])
    rank = (larger | earlier).sum(0)
    return [index for index, before in enumerate(rank.tolist()) if before < count]
