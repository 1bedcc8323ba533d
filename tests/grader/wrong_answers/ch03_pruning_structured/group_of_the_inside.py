"""The group of the channels inside of the branch.

loses: group_projection, group_identity, group_batch_norm
says: outputs are dimension 0
"""


def coupled_group(block):
    group = {"conv1.weight": 0, "conv2.weight": 1}
    return group | {f"bn1.{row}": 0 for row in ("weight", "bias", "running_mean", "running_var")}
