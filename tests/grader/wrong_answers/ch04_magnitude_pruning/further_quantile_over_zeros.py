"""A quantile over all weights, those already pruned included: nothing more goes.

loses: further_of_the_rest
says: nothing more was pruned
"""

import torch


def prune_further(state, masks, fraction):

    values = torch.cat([(state[name] * mask).abs().flatten() for name, mask in masks.items()])
    threshold = torch.quantile(values, fraction)
    return {name: mask & (state[name].abs() >= threshold) for name, mask in masks.items()}
