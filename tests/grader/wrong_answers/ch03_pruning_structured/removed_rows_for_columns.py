"""dim=0 taken for the inputs: the first convolution loses inputs, the second outputs.

loses: removed_shapes, removed_output
says: do zeros stand where channels were
"""

import copy

from torch import nn


def remove_channels(block, keep):
    smaller = copy.deepcopy(block)
    columns = [channel for channel in keep if channel < block[0].in_channels] or [0]
    rows = [channel for channel in keep if channel < block[3].out_channels] or [0]
    smaller[0].weight = nn.Parameter(smaller[0].weight[:, columns])
    smaller[3].weight = nn.Parameter(smaller[3].weight[rows])
    smaller[3].bias = None if smaller[3].bias is None else nn.Parameter(smaller[3].bias[rows])
    return smaller
