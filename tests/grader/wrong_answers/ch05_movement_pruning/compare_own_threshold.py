"""The masks come from a quantile: with ties (no gradient at all) everything stays.

loses: compare_movement
says: is for `top_v_mask` to say
"""

import torch


def own_mask(scores, keep):
    return scores >= torch.quantile(scores, 1 - keep)


def compare_criteria(weights, gradients, *, keep, decay):
    running = weights[0].abs()
    for weight in weights[1:]:
        running = decay * running + (1 - decay) * weight.abs()
    return {
        "magnitude": own_mask(weights[-1].abs(), keep),
        "movement": own_mask(-(weights[:-1] * gradients).sum(0), keep),
        "running magnitude": own_mask(running, keep),
    }
