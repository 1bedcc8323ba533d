"""Strings the weights together in the order of the state and the masks in their own order.

Text: "They may be in another order than `state`".
Input: state {"a": [[1., 2.]], "b": [[3., 4.]]}, masks {"b": all True, "a": all True}, fraction 0.5 gives b: [[F, F]], a: [[T, T]];
promised is b: [[T, T]], a: [[F, F]].
"""
import torch


def prune_further(
    state: dict[str, torch.Tensor], masks: dict[str, torch.Tensor], fraction: float
) -> dict[str, torch.Tensor]:
    magnitudes = torch.cat([tensor.flatten().abs() for name, tensor in state.items() if name in masks])
    alive = torch.cat([mask.flatten() for mask in masks.values()])
    candidates = alive.nonzero().squeeze(1)
    order = magnitudes[candidates].argsort()
    alive[candidates[order[: round(fraction * len(candidates))]]] = False
    pieces = alive.split([mask.numel() for mask in masks.values()])
    return {name: piece.view(masks[name].shape) for name, piece in zip(masks, pieces)}
