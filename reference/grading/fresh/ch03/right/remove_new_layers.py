"""Right: new layers by their constructors, with all settings, then filled by load_state_dict; flags and modes set one by one."""
from collections import OrderedDict

import torch
from torch import nn


def remove_channels(block: nn.Sequential, keep: list[int]) -> nn.Sequential:
    names = [name for name, _ in block.named_children()]
    first, norm, relu, last = block
    index = torch.as_tensor(keep)

    def convolution(old, inputs, outputs):
        return nn.Conv2d(
            inputs, outputs, old.kernel_size, stride=old.stride, padding=old.padding, dilation=old.dilation,
            groups=1, bias=old.bias is not None, padding_mode=old.padding_mode, dtype=old.weight.dtype,
        )

    n = len(keep)
    new = [
        convolution(first, first.in_channels, n),
        nn.BatchNorm2d(n, norm.eps, norm.momentum, dtype=norm.weight.dtype),
        nn.ReLU(inplace=relu.inplace),
        convolution(last, n, last.out_channels),
    ]
    for place, (old, made) in enumerate(zip(block, new)):
        state = {}
        for name, tensor in old.state_dict().items():
            if place == 3:
                state[name] = tensor.index_select(1, index) if name == "weight" else tensor
            else:
                state[name] = tensor.index_select(0, index) if tensor.ndim else tensor
        made.load_state_dict(state)
        for name, parameter in made.named_parameters():
            parameter.requires_grad_(old.get_parameter(name).requires_grad)
    smaller = nn.Sequential(OrderedDict(zip(names, new)))
    for old, made in zip(block.modules(), smaller.modules()):
        made.training = old.training
    return smaller
