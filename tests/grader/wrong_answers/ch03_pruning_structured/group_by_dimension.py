"""From each dimension to the names, instead of the other way round.

loses: group_projection, group_identity, group_batch_norm
says: the name of a tensor of the block
"""

from torch import nn


def coupled_group(block):
    norms, group = ["bn2"], {0: ["conv2.weight"], 1: [], 2: [], 3: []}
    if isinstance(block.downsample, nn.Identity):
        group[1].append("conv1.weight")
    else:
        group[0].append("downsample.0.weight")
        norms.append("downsample.1")
    group[0] += [f"{norm}.{row}" for norm in norms for row in ("weight", "bias", "running_mean", "running_var")]
    return group
