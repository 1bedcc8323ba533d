"""dim=0 taken for the inputs: the dimensions are swapped.

loses: group_projection
says: outputs are dimension 0
"""

from torch import nn


def coupled_group(block):
    norms, group = ["bn2"], {"conv2.weight": 1}
    if isinstance(block.downsample, nn.Identity):
        group["conv1.weight"] = 0
    else:
        group["downsample.0.weight"] = 1
        norms.append("downsample.1")
    for norm in norms:
        for row in ("weight", "bias", "running_mean", "running_var"):
            group[f"{norm}.{row}"] = 0
    return group
