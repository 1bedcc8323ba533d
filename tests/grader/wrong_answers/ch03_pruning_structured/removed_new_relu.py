"""A new ReLU takes the place of the old one, and its setting is lost.

loses: removed_settings
says: every other setting of the ReLU
"""

import copy

import torch
from torch import nn


def remove_channels(block, keep):
    new = copy.deepcopy(block)
    a, n, _, b = new
    with torch.no_grad():
        a.weight = nn.Parameter(a.weight[keep].clone(), requires_grad=a.weight.requires_grad)
        if a.bias is not None:
            a.bias = nn.Parameter(a.bias[keep].clone(), requires_grad=a.bias.requires_grad)
        n.weight = nn.Parameter(n.weight[keep].clone(), requires_grad=n.weight.requires_grad)
        n.bias = nn.Parameter(n.bias[keep].clone(), requires_grad=n.bias.requires_grad)
        n.running_mean = n.running_mean[keep].clone()
        n.running_var = n.running_var[keep].clone()
        b.weight = nn.Parameter(b.weight[:, keep].clone(), requires_grad=b.weight.requires_grad)
    a.out_channels = n.num_features = b.in_channels = len(keep)
    new[2] = nn.ReLU()
    return new
