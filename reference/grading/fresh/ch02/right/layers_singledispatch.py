"""Right: single dispatch on the class of the layer, which derived classes inherit; an OrderedDict from a generator."""
import functools
from collections import OrderedDict

import torch
from torch import nn


@functools.singledispatch
def _prunable(module):
    return ()


@_prunable.register(nn.Linear)
@_prunable.register(nn.Conv2d)
def _(module):
    return ("weight",)


def layer_masks(model: nn.Module, sparsity: float) -> dict[str, torch.Tensor]:
    return OrderedDict(
        ((path + "." + kind).lstrip("."), magnitude_mask(sparsity=sparsity, weight=getattr(module, kind).detach()))
        for path, module in model.named_modules()
        for kind in _prunable(module)
    )
