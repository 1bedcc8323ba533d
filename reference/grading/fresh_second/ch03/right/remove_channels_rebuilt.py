"""Builds four new layers from the old ones' settings and loads a state dict that was cut, instead of copying the block and cutting it."""
from collections import OrderedDict

from torch import nn


def _conv_like(old, inputs, outputs):
    return nn.Conv2d(
        inputs, outputs, old.kernel_size, stride=old.stride, padding=old.padding, dilation=old.dilation, groups=old.groups,
        bias=old.bias is not None, padding_mode=old.padding_mode, dtype=old.weight.dtype, device=old.weight.device,
    )


def remove_channels(block: nn.Sequential, keep: list[int]) -> nn.Sequential:
    names = [name for name, _ in block.named_children()]
    first, norm, relu, second = block.children()
    layers = [
        _conv_like(first, first.in_channels, len(keep)),
        nn.BatchNorm2d(len(keep), eps=norm.eps, momentum=norm.momentum, dtype=norm.weight.dtype, device=norm.weight.device),
        nn.ReLU(inplace=relu.inplace),
        _conv_like(second, len(keep), second.out_channels),
    ]
    smaller = nn.Sequential(OrderedDict(zip(names, layers, strict=True)))
    reader = f"{names[3]}."
    state = {}
    for name, tensor in block.state_dict().items():
        if name.startswith(reader):
            state[name] = tensor[:, keep] if name == reader + "weight" else tensor
        else:
            state[name] = tensor[keep] if tensor.dim() else tensor
    smaller.load_state_dict(state)
    for new, old in zip(smaller.modules(), block.modules(), strict=True):
        new.training = old.training
    for new, old in zip(smaller.parameters(), block.parameters(), strict=True):
        new.requires_grad_(old.requires_grad)
    return smaller
