"""Stops at the shortcut without a projection: forgets that conv1 reads the channel of the block's input, which goes too.

Text: "the sum adds the block's **input**"; "From the name of each such parameter or buffer ... to the dimension ... in which it loses the entry".
Input: a BasicBlock of 8 channels in and out, stride 1: "conv1.weight" is missing, promised is "conv1.weight": 1.
"""
from torch import nn

from compresslab.models import BasicBlock


def coupled_group(block: BasicBlock) -> dict[str, int]:
    prefixes = ["conv2.", "bn2."]
    if not isinstance(block.downsample, nn.Identity):
        prefixes += ["downsample.0.", "downsample.1."]
    return {
        name: 0
        for name, tensor in block.state_dict().items()
        if name.startswith(tuple(prefixes)) and tensor.ndim > 0
    }
