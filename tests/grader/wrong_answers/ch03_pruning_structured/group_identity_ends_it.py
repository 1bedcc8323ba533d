"""An identity is taken for the end of the group: the input would keep its channels.

loses: group_identity
says: ties the output to the input
"""

from torch import nn


def coupled_group(block):
    norms, group = ["bn2"], {"conv2.weight": 0}
    if isinstance(block.downsample, nn.Identity):
        pass
    else:
        group["downsample.0.weight"] = 0
        norms.append("downsample.1")
    for norm in norms:
        for row in ("weight", "bias", "running_mean", "running_var"):
            group[f"{norm}.{row}"] = 0
    return group
