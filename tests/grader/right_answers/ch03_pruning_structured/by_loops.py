"""Plain Python: channel by channel, index by index."""

import math

import torch
from torch import nn

from compresslab.models import Attention


def channel_scores(weight, p):
    scores = []
    for channel in weight:
        values = channel.abs().double()
        scores.append(values.sum() if p == 1 else math.sqrt((values * values).sum()))
    return torch.tensor(scores, dtype=weight.dtype)


def kept_channels(scores, count, multiple=1):
    channels = len(scores[0])
    while count % multiple and count < channels:
        count += 1
    total = [sum(float(layer[channel]) for layer in scores) for channel in range(channels)]
    best = sorted(range(channels), key=lambda channel: -total[channel])
    return [channel for channel in range(channels) if channel in best[: min(count, channels)]]


def dead_channels(conv, bn):
    dead = []
    for channel in range(conv.out_channels):
        gamma, beta = bn.weight[channel].item(), bn.bias[channel].item()
        if gamma == 0:
            constant = beta
        elif conv.weight[channel].count_nonzero() == 0:
            made = conv.bias[channel].item() if conv.bias is not None else 0
            deviation = math.sqrt(bn.running_var[channel].item() + bn.eps)
            constant = gamma * (made - bn.running_mean[channel].item()) / deviation + beta
        else:
            continue
        if constant <= 0:
            dead.append(channel)
    return dead


def remove_channels(block, keep):
    old_first, old_norm, _, old_second = block
    count, dtype = len(keep), old_first.weight.dtype

    def like(layer, inputs, outputs):
        settings = {
            name: getattr(layer, name) for name in ("kernel_size", "stride", "padding", "dilation", "padding_mode")
        }
        return nn.Conv2d(inputs, outputs, bias=layer.bias is not None, dtype=dtype, **settings)

    first = like(old_first, old_first.in_channels, count)
    norm = nn.BatchNorm2d(count, eps=old_norm.eps, momentum=old_norm.momentum, dtype=dtype)
    second = like(old_second, count, old_second.out_channels)
    with torch.no_grad():
        for new, old in enumerate(keep):
            first.weight[new] = old_first.weight[old]
            if first.bias is not None:
                first.bias[new] = old_first.bias[old]
            for row in ("weight", "bias", "running_mean", "running_var"):
                getattr(norm, row)[new] = getattr(old_norm, row)[old]
            second.weight[:, new] = old_second.weight[:, old]
        if second.bias is not None:
            second.bias.copy_(old_second.bias)
    smaller = nn.Sequential(first, norm, nn.ReLU(block[2].inplace), second).train(block.training)
    for new, old in zip(smaller.parameters(), block.parameters(), strict=True):
        new.requires_grad = old.requires_grad
    for new, old in zip(smaller, block, strict=True):
        new.training = old.training
    return smaller


def coupled_group(block):
    group = {}
    for name in block.state_dict():
        if name.endswith("num_batches_tracked") or name.startswith("bn1."):
            continue
        if name == "conv1.weight":
            if "downsample.0.weight" not in block.state_dict():
                group[name] = 1
            continue
        group[name] = 0
    return group


def drop_heads(attention, keep):
    width, dim = attention.head_dim, attention.q.in_features
    dtype = attention.q.weight.dtype
    smaller = Attention(dim, attention.heads)
    smaller.heads = len(keep)
    smaller.head_dim = width
    for name in ("q", "k", "v"):
        old = getattr(attention, name)
        layer = nn.Linear(dim, len(keep) * width, dtype=dtype)
        layer.weight = nn.Parameter(torch.cat([old.weight[head * width : (head + 1) * width] for head in keep]))
        layer.bias = nn.Parameter(torch.cat([old.bias[head * width : (head + 1) * width] for head in keep]))
        setattr(smaller, name, layer)
    smaller.out = nn.Linear(len(keep) * width, dim, dtype=dtype)
    with torch.no_grad():
        for new, old in enumerate(keep):
            smaller.out.weight[:, new * width : (new + 1) * width] = attention.out.weight[
                :, old * width : (old + 1) * width
            ]
        smaller.out.bias.copy_(attention.out.bias)
    return smaller.train(attention.training)


def pruned_macs(convs, kept):
    left = [convs[0][0]]
    for place, conv in enumerate(convs):
        left.append(kept[place] if place in kept else conv[1])
    return sum(convs[i][3] * convs[i][2] ** 2 * left[i] * left[i + 1] for i in range(len(convs)))
