"""NumPy and PyTorch do the work: a fused convolution, a block with one channel more, MACs of real layers."""

import copy

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval
from torch.utils.flop_counter import FlopCounterMode

from compresslab.models import BasicBlock


def channel_scores(weight, p):
    axes = tuple(range(1, weight.ndim))
    return weight.pow(2).sum(axes).sqrt() if p == 2 else F.relu(weight).sum(axes) + F.relu(-weight).sum(axes)


def kept_channels(scores, count, multiple=1):
    total = np.mean([score.numpy() for score in scores], axis=0, dtype=np.float64)
    count = int(np.ceil(count / multiple)) * multiple
    order = np.lexsort((np.arange(len(total)), -total))
    stays = np.zeros(len(total), dtype=bool)
    stays[order[:count]] = True
    return np.flatnonzero(stays).tolist()


def dead_channels(conv, bn):
    conv, bn = copy.deepcopy(conv).double().eval(), copy.deepcopy(bn).double().eval()
    fused = fuse_conv_bn_eval(conv, bn)
    silent = ~fused.weight.flatten(1).any(1) & ~F.relu(fused.bias).bool()
    return torch.where(silent)[0].tolist()


def remove_channels(block, keep):
    channels = block[0].out_channels
    stays = torch.isin(torch.arange(channels), torch.tensor(keep))
    smaller = copy.deepcopy(block)
    for name, tensor in list(smaller.named_parameters()) + list(smaller.named_buffers()):
        place, kind = name.split(".")
        cut = tensor.detach().clone()
        if place in "01" and cut.ndim:
            cut = cut[stays].clone()
        elif place == "3" and kind == "weight":
            cut = cut[:, stays].clone()
        layer = smaller[int(place)]
        setattr(layer, kind, nn.Parameter(cut, tensor.requires_grad) if kind in layer._parameters else cut)
    smaller[0].out_channels = smaller[1].num_features = smaller[3].in_channels = len(keep)
    return smaller


def coupled_group(block):
    inputs, outputs = block.conv1.in_channels, block.conv2.out_channels
    tied = isinstance(block.downsample, nn.Identity)
    wider = BasicBlock(inputs + tied, outputs + 1, block.conv1.stride[0])
    if tied:
        assert isinstance(wider.downsample, nn.Identity)
    elif inputs == outputs + 1 and block.conv1.stride[0] == 1:
        wider = BasicBlock(inputs, outputs + 2, 1)
    inside = {"conv1.weight": 0, "conv2.weight": 1, "bn1": 0}
    group = {}
    for name, tensor in block.state_dict().items():
        other = wider.state_dict()[name]
        for dim, (one, two) in enumerate(zip(tensor.shape, other.shape, strict=True)):
            if one != two and inside.get(name, inside.get(name.split(".")[0])) != dim:
                group[name] = dim
    return group


def drop_heads(attention, keep):
    smaller = copy.deepcopy(attention)
    dim, heads, width = attention.q.in_features, attention.heads, attention.head_dim
    left = len(keep) * width
    for name in ("q", "k", "v"):
        layer = getattr(smaller, name)
        layer.weight = nn.Parameter(layer.weight.detach().view(heads, width, dim)[keep].reshape(left, dim))
        layer.bias = nn.Parameter(layer.bias.detach().view(heads, width)[keep].reshape(left))
        layer.out_features = left
    stacked = smaller.out.weight.detach().view(dim, heads, width)
    smaller.out.weight = nn.Parameter(torch.index_select(stacked, 1, torch.tensor(keep)).reshape(dim, left))
    smaller.out.in_features, smaller.heads = left, len(keep)
    return smaller


def pruned_macs(convs, kept):
    inputs, flops = convs[0][0], 0
    for place, (_, outputs, k, pixels) in enumerate(convs):
        outputs = kept.get(place, outputs)
        layer = nn.Conv2d(inputs, outputs, k, bias=False, device="meta")
        with FlopCounterMode(display=False) as counter, torch.no_grad():
            layer(torch.empty(pixels, inputs, k, k, device="meta"))  # each output pixel is an image of its own
        flops += counter.get_total_flops()
        inputs = outputs
    return flops // 2
