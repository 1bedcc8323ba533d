"""The two convolutions of the branch are swapped.

loses: group_projection, group_identity
says: conv2 makes 5 channels
"""

from torch import nn


def coupled_group(block):
    out = {"conv1.weight": 0}
    for k in ("weight", "bias", "running_mean", "running_var"):
        out[f"bn2.{k}"] = 0
    if isinstance(block.downsample, nn.Identity):
        out["conv2.weight"] = 1
    else:
        out["downsample.0.weight"] = 0
        for k in ("weight", "bias", "running_mean", "running_var"):
            out[f"downsample.1.{k}"] = 0
    return out
