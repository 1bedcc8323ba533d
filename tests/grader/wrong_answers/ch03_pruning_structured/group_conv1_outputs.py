"""The identity ties the output to conv1's outputs, not to its inputs.

loses: group_identity
says: whatever reads the input does too
"""

from torch import nn


def coupled_group(block):
    norms, group = ["bn2"], {"conv2.weight": 0}
    if isinstance(block.downsample, nn.Identity):
        group["conv1.weight"] = 0
    else:
        group["downsample.0.weight"] = 0
        norms.append("downsample.1")
    for norm in norms:
        for row in ("weight", "bias", "running_mean", "running_var"):
            group[f"{norm}.{row}"] = 0
    return group
