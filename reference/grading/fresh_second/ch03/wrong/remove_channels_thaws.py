"""New parameters always require gradients: a frozen layer is thawed.

Text: "each parameter requires gradients if its original does".
Input: a block with block[0].weight.requires_grad = False: result[0].weight.requires_grad is True, promised is False.
"""
import copy

from torch import nn


def remove_channels(block: nn.Sequential, keep: list[int]) -> nn.Sequential:
    new = copy.deepcopy(block)
    conv1, bn, relu, conv2 = new
    conv1.weight = nn.Parameter(conv1.weight.data[keep].clone())
    if conv1.bias is not None:
        conv1.bias = nn.Parameter(conv1.bias.data[keep].clone())
    bn.weight = nn.Parameter(bn.weight.data[keep].clone())
    bn.bias = nn.Parameter(bn.bias.data[keep].clone())
    bn.running_mean = bn.running_mean[keep].clone()
    bn.running_var = bn.running_var[keep].clone()
    conv2.weight = nn.Parameter(conv2.weight.data[:, keep].clone())
    conv1.out_channels = bn.num_features = conv2.in_channels = len(keep)
    return new
