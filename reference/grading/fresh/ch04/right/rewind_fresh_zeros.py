"""Right: fresh zeros, into which the kept values are written at the mask's places, in an OrderedDict like PyTorch's own."""
from collections import OrderedDict

import torch


def rewind(saved: dict[str, torch.Tensor], masks: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    ticket = OrderedDict()
    for name in saved:
        tensor = saved[name].detach()
        if name not in masks:
            ticket[name] = tensor.clone()
            continue
        ticket[name] = torch.zeros_like(tensor)
        ticket[name][masks[name]] = tensor[masks[name]]
    return ticket
