"""Takes a shortcut for an identity wherever input and output are equally wide; with stride 2 it is a projection all the same.

With BasicBlock(6, 6, stride=2) the text promises downsample.0.weight: 0 and downsample.1's four, and no conv1.weight; gives conv1.weight: 1."""
from compresslab.models import BasicBlock


def coupled_group(block: BasicBlock) -> dict[str, int]:
    norm = ("weight", "bias", "running_mean", "running_var")
    group = {"conv2.weight": 0} | {f"bn2.{name}": 0 for name in norm}
    if block.conv1.in_channels == block.conv2.out_channels:
        group["conv1.weight"] = 1
    else:
        group["downsample.0.weight"] = 0
        group |= {f"downsample.1.{name}": 0 for name in norm}
    return group
