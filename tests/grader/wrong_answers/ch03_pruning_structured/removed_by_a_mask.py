"""Channels are set to zero, as `ln_structured` does: nothing gets smaller.

loses: removed_shapes, removed_settings
says: stored and multiplied like any other number
"""

import copy

import torch


def remove_channels(block, keep):
    masked = copy.deepcopy(block)
    gone = [channel for channel in range(block[0].out_channels) if channel not in keep]
    with torch.no_grad():
        masked[0].weight[gone] = 0.0
        masked[3].weight[:, gone] = 0.0
    return masked
