"""functools.singledispatch: one function for each kind of layer, which gets the channels that come in and go out."""
import copy
from functools import singledispatch

from torch import nn


@singledispatch
def _like(layer: nn.Module, reads: int, produces: int) -> nn.Module:
    return copy.deepcopy(layer)


@_like.register
def _(layer: nn.Conv2d, reads: int, produces: int) -> nn.Module:
    return nn.Conv2d(
        reads,
        produces,
        layer.kernel_size,
        layer.stride,
        layer.padding,
        dilation=layer.dilation,
        bias=layer.bias is not None,
        padding_mode=layer.padding_mode,
    )


@_like.register
def _(layer: nn.Linear, reads: int, produces: int) -> nn.Module:
    return nn.Linear(reads, produces, bias=layer.bias is not None)


@_like.register
def _(layer: nn.BatchNorm2d, reads: int, produces: int) -> nn.Module:
    return nn.BatchNorm2d(reads, layer.eps, layer.momentum, layer.affine, layer.track_running_stats)


def _sizes(layer: nn.Module) -> tuple[int, int] | None:
    if isinstance(layer, nn.Conv2d):
        return layer.in_channels, layer.out_channels
    if isinstance(layer, nn.Linear):
        return layer.in_features, layer.out_features
    if isinstance(layer, nn.BatchNorm2d):
        return layer.num_features, layer.num_features
    return None


def width_scaled(network: nn.Sequential, width: float, multiple: int = 8) -> nn.Sequential:
    originals = [network[i] for i in range(len(network))]
    weighted = [i for i, layer in enumerate(originals) if isinstance(layer, nn.Conv2d | nn.Linear)]
    now = next(sizes[0] for sizes in map(_sizes, originals) if sizes)
    student = nn.Sequential()
    for i, layer in enumerate(originals):
        then = now
        if i in weighted:
            then = _sizes(layer)[1]
            if i != weighted[-1]:
                then = scaled_channels(then, width, multiple)
        student.append(_like(layer, now, then))
        now = then
    return student.train()
