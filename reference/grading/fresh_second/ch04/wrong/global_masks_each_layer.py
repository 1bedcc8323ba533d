"""Removes the same share of EVERY layer: local pruning instead of global.

Text: "*Global* means that the layers compete"; "Masks that keep the largest weights of a whole network by absolute value."
Input: {"a.weight": [[1., 2.]], "b.weight": [[3., 4.]]}, sparsity 0.5 gives a: [[False, True]], b: [[False, True]];
promised is a: [[False, False]], b: [[True, True]].
"""
import torch


def global_masks(state: dict[str, torch.Tensor], sparsity: float) -> dict[str, torch.Tensor]:
    masks = {}
    for name, tensor in state.items():
        if tensor.ndim < 2:
            continue
        number = round(sparsity * tensor.numel())
        order = tensor.abs().flatten().argsort()
        mask = torch.ones(tensor.numel(), dtype=torch.bool)
        mask[order[:number]] = False
        masks[name] = mask.view(tensor.shape)
    return masks
