"""Sets what is gone to 0 and removes the smallest (gone + new) of all: a weight that is there and is 0 itself takes the place of a gone one.

With state {"w": [[0., 0., 0., 2.]]}, masks [[True, True, False, True]], fraction 1/3 the text promises that one of the three goes,
gives [[False, False, False, True]]: two went."""
import torch


def prune_further(
    state: dict[str, torch.Tensor], masks: dict[str, torch.Tensor], fraction: float
) -> dict[str, torch.Tensor]:
    names = list(masks)
    there = torch.cat([masks[n].flatten() for n in names])
    size = torch.cat([state[n].detach().flatten().abs() for n in names])
    size = torch.where(there, size, torch.zeros_like(size))
    left = int(there.sum())
    gone = there.numel() - left
    keep = torch.ones_like(there)
    keep[torch.argsort(size, stable=True)[: gone + round(fraction * left)]] = False
    keep &= there
    out, start = {}, 0
    for n in names:
        out[n] = keep[start : start + masks[n].numel()].view(masks[n].shape)
        start += masks[n].numel()
    return out
