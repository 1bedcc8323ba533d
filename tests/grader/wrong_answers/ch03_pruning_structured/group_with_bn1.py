"""bn1 too, which normalises other channels.

loses: group_batch_norm
says: bn1 normalises
"""

from torch import nn


def coupled_group(block):
    norms, group = ["bn1", "bn2"], {"conv2.weight": 0}
    if isinstance(block.downsample, nn.Identity):
        group["conv1.weight"] = 1
    else:
        group["downsample.0.weight"] = 0
        norms.append("downsample.1")
    for norm in norms:
        for row in ("weight", "bias", "running_mean", "running_var"):
            group[f"{norm}.{row}"] = 0
    return group
