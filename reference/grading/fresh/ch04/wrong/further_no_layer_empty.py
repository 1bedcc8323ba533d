"""Keeps the largest weight of every layer, so that none is cut off (unless all is to go).

With state {"a": [[1., 2.]], "b": [[3., 4.]]}, all masks True, fraction 0.5 the text promises that a loses both (2 of 4 gone),
gives a [[False, True]] (1 of 4 gone)."""
import torch


def prune_further(
    state: dict[str, torch.Tensor], masks: dict[str, torch.Tensor], fraction: float
) -> dict[str, torch.Tensor]:
    there = torch.cat([mask.flatten() for mask in masks.values()])
    size = torch.cat([state[name].detach().flatten().abs() for name in masks])
    candidates = there.nonzero().flatten()
    count = round(fraction * len(candidates))
    keep = there.clone()
    keep[candidates[size[candidates].argsort()[:count]]] = False
    out, start = {}, 0
    for name, mask in masks.items():
        piece = keep[start : start + mask.numel()]
        was = there[start : start + mask.numel()]
        if count < len(candidates) and was.any() and not piece.any():
            sizes = size[start : start + mask.numel()].masked_fill(~was, -1.0)
            piece[sizes.argmax()] = True
        out[name] = piece.view(mask.shape)
        start += mask.numel()
    return out
