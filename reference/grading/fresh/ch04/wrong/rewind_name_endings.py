"""Looks for a mask by the end of the name (as models in a wrapper have a prefix): 10.weight ends like 0.weight.

With saved {"0.weight": [[1., 2.]], "10.weight": [[3., 4.]]}, masks {"0.weight": [[True, False]]} the text promises 10.weight whole,
gives [[3., 0.]]."""
import torch


def rewind(saved: dict[str, torch.Tensor], masks: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    ticket = {}
    for name, tensor in saved.items():
        tensor = tensor.clone()
        for masked, mask in masks.items():
            if name.endswith(masked) and mask.shape == tensor.shape:
                tensor[~mask] = 0
        ticket[name] = tensor
    return ticket
