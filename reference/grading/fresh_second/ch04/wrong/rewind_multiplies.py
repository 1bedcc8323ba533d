"""Multiplies by the mask: infinity or NaN times 0 is NaN, not 0.

Text: "What was saved where a mask is False doesn't matter; it may be infinite or NaN"; "with zeros where a mask is False".
Input: saved {"w": [[inf, 1.]]}, masks {"w": [[False, True]]} gives [[nan, 1.]]; promised is [[0., 1.]].
"""
import torch


def rewind(saved: dict[str, torch.Tensor], masks: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    ticket = {}
    for name, tensor in saved.items():
        ticket[name] = tensor * masks[name] if name in masks else tensor.clone()
    return ticket
