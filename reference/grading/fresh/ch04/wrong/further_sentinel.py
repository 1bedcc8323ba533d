"""Puts 1e6 where a weight is gone, so that it is never among the smallest: weights above 1e6 then stay although they should go.

With state {"w": [[0., 2e6, 3e6]]}, masks {"w": [[False, True, True]]}, fraction 0.5 the text promises [[False, False, True]],
gives [[False, True, True]] (the gone one is picked again)."""
import torch


def prune_further(
    state: dict[str, torch.Tensor], masks: dict[str, torch.Tensor], fraction: float
) -> dict[str, torch.Tensor]:
    names = list(masks)
    there = torch.cat([masks[n].flatten() for n in names])
    size = torch.cat([state[n].detach().abs().flatten() for n in names]).masked_fill(~there, 1e6)
    count = round(fraction * int(there.sum()))
    keep = there.clone()
    keep[size.argsort()[:count]] = False
    pieces = keep.split([masks[n].numel() for n in names])
    return {n: piece.reshape(masks[n].shape) for n, piece in zip(names, pieces)}
