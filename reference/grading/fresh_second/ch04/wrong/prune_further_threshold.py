"""Keeps what is above the k-th smallest value: all that equal it go too.

Text: "Of the m weights that were there, `fraction * m` are gone ... rounded to the nearest whole number (... among equal magnitudes, any may go)".
Input: {"w": [[1., 1., 1., 1.]]}, all there, fraction 0.5 removes all four; promised are two.
"""
import torch


def prune_further(
    state: dict[str, torch.Tensor], masks: dict[str, torch.Tensor], fraction: float
) -> dict[str, torch.Tensor]:
    there = torch.cat([state[name][mask].abs() for name, mask in masks.items()])
    number = round(fraction * there.numel())
    if number == 0:
        return {name: mask.clone() for name, mask in masks.items()}
    threshold = there.sort().values[number - 1]
    return {name: mask & (state[name].abs() > threshold) for name, mask in masks.items()}
