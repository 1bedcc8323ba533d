"""The zeros are float32, and half precision becomes float32 beside them.

loses: rewind_weights
says: dtype
"""

import torch


def rewind(saved, masks):
    ticket = dict(saved)
    for name, mask in masks.items():
        ticket[name] = torch.where(mask, saved[name], torch.zeros(saved[name].shape))
    return ticket
