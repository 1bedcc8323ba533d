"""Needs a contiguous tensor.

loses: round_values
says: needs a tensor that lies in memory without ga
"""

import torch


def round_ste(x):
    flat = x.view(-1)
    return (flat + (torch.round(flat) - flat).detach()).view(x.shape)
