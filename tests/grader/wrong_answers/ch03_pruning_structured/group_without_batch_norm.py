"""Convolutions only.

loses: group_batch_norm
says: scale, shift
"""

from torch import nn


def coupled_group(block):
    if isinstance(block.downsample, nn.Identity):
        return {"conv2.weight": 0, "conv1.weight": 1}
    return {"conv2.weight": 0, "downsample.0.weight": 0}
