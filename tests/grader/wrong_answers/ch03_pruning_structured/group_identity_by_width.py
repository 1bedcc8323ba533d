"""A shortcut between equal widths is taken for an identity, also where a stride asks for a projection.

loses: group_projection
says: a stride asks for a projection, too
"""


def coupled_group(block):
    group, norms = {"conv2.weight": 0}, ["bn2"]
    if block.conv1.in_channels == block.conv2.out_channels:
        group["conv1.weight"] = 1
    else:
        group["downsample.0.weight"] = 0
        norms.append("downsample.1")
    for norm in norms:
        group |= {f"{norm}.{row}": 0 for row in ("weight", "bias", "running_mean", "running_var")}
    return group
