"""Decides by the numbers of channels whether there is a projection. A block with stride 2 and the same width has one too.

Text: "`downsample` is a 1x1 convolution with its batch-norm ... where the block changes the shape": a stride changes it as well.
Input: a BasicBlock with 8 channels in and out and stride 2: gives "conv1.weight": 1 and nothing of downsample; promised are
downsample.0.weight and four tensors of downsample.1, and not conv1.weight.
"""
from compresslab.models import BasicBlock


def coupled_group(block: BasicBlock) -> dict[str, int]:
    statistics = ("weight", "bias", "running_mean", "running_var")
    group = {"conv2.weight": 0}
    group.update({f"bn2.{name}": 0 for name in statistics})
    if block.conv1.in_channels == block.conv2.out_channels:
        group["conv1.weight"] = 1
    else:
        group["downsample.0.weight"] = 0
        group.update({f"downsample.1.{name}": 0 for name in statistics})
    return group
