"""Multiplies weights and masks and sorts everything: the zeros of the rounds before are the smallest, and are "removed" again.

Text: "the zeros of the rounds before are no candidates"; "Of the m weights that were there, `fraction * m` are gone".
Input: {"w": [[0., 0., 1., 2.]]}, masks [[F, F, T, T]], fraction 0.5 gives the same mask; promised is [[F, F, F, T]].
"""
import torch


def prune_further(
    state: dict[str, torch.Tensor], masks: dict[str, torch.Tensor], fraction: float
) -> dict[str, torch.Tensor]:
    names = list(masks)
    magnitudes = torch.cat([(state[name] * masks[name]).abs().flatten() for name in names])
    there = torch.cat([masks[name].flatten() for name in names])
    number = round(fraction * int(there.sum()))
    there = there.clone()
    there[magnitudes.argsort()[:number]] = False
    parts = there.split([masks[name].numel() for name in names])
    return {name: part.view(masks[name].shape) for name, part in zip(names, parts)}
