"""The input is tied to the output also where there is a projection.

loses: group_projection
says: a projection makes channels of its own
"""

from torch import nn


def coupled_group(block):
    out = {"conv2.weight": 0, "conv1.weight": 1}
    for k in ("weight", "bias", "running_mean", "running_var"):
        out[f"bn2.{k}"] = 0
    if not isinstance(block.downsample, nn.Identity):
        out["downsample.0.weight"] = 0
        for k in ("weight", "bias", "running_mean", "running_var"):
            out[f"downsample.1.{k}"] = 0
    return out
