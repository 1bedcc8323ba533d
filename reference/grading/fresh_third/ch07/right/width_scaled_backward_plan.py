"""Plans all widths in two lists first, then builds by attributes, and keeps the stack's names."""
import copy
from collections import OrderedDict

from torch import nn


def width_scaled(network: nn.Sequential, width: float, multiple: int = 8) -> nn.Sequential:
    named = list(network._modules.items())
    outs = [getattr(layer, "out_channels", getattr(layer, "out_features", None)) for _, layer in named]
    places = [i for i, out in enumerate(outs) if out is not None]
    plan: list[int | None] = [None if out is None else scaled_channels(out, width, multiple) for out in outs]
    plan[places[-1]] = outs[places[-1]]

    current = None
    built = OrderedDict()
    for (name, layer), out in zip(named, plan):
        match layer:
            case nn.Conv2d():
                settings = {each: getattr(layer, each) for each in ("kernel_size", "stride", "padding", "dilation", "padding_mode")}
                new = nn.Conv2d(current or layer.in_channels, out, bias=layer.bias is not None, **settings)
            case nn.Linear():
                new = nn.Linear(current or layer.in_features, out, bias=layer.bias is not None)
            case nn.BatchNorm2d():
                settings = {each: getattr(layer, each) for each in ("eps", "momentum", "affine", "track_running_stats")}
                new = nn.BatchNorm2d(current or layer.num_features, **settings)
            case _:
                new = copy.deepcopy(layer)
        current = out or current
        built[name] = new.train()
    return nn.Sequential(built)
