"""A mask is found by the end of its name: that of 0.weight is 10.weight's too.

loses: rewind_everything_else
says: whatever has no mask
"""

import torch


def rewind(saved, masks):
    ticket = {}
    for name, tensor in saved.items():
        found = [mask for masked, mask in masks.items() if name.endswith(masked)]
        ticket[name] = torch.where(found[0], tensor, torch.zeros_like(tensor)) if found else tensor.clone()
    return ticket
