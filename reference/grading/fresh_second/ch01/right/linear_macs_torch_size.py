"""Lets torch.Size count all values of the input: each of them is multiplied once for each output feature."""
import torch


def linear_macs(input_shape: tuple[int, ...], out_features: int) -> int:
    return torch.Size(input_shape).numel() * out_features
