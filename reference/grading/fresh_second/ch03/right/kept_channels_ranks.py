"""No sort: a channel stays if fewer channels than the count stand before it (a larger sum, or an equal one at an earlier place)."""
import torch


def kept_channels(scores: list[torch.Tensor], count: int, multiple: int = 1) -> list[int]:
    total = torch.stack([s.detach() for s in scores]).sum(dim=0)
    place = torch.arange(total.numel())
    larger = total[None, :] > total[:, None]
    equal_before = (total[None, :] == total[:, None]) & (place[None, :] < place[:, None])
    rank = (larger | equal_before).sum(dim=1)
    missing = -count % multiple
    return place[rank < count + missing].tolist()
