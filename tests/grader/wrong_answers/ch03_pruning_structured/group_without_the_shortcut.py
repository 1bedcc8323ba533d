"""Only the branch: the shortcut's layers still make the channel, and the sum no longer fits.

loses: group_projection, group_identity, group_batch_norm
says: produce what is added
"""


def coupled_group(block):
    return {"conv2.weight": 0} | {f"bn2.{row}": 0 for row in ("weight", "bias", "running_mean", "running_var")}
