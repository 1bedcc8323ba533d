"""Makes its own masks, with the number cut off where top_v_mask rounds.

loses: compare_magnitude
says: is for `top_v_mask` to say
"""

import torch


def own_mask(scores, keep):
    mask = torch.zeros(scores.numel(), dtype=torch.bool)
    mask[scores.flatten().topk(int(keep * scores.numel())).indices] = True
    return mask.view(scores.shape)


def compare_criteria(weights, gradients, *, keep, decay):
    running = weights[0].abs()
    for weight in weights[1:]:
        running = decay * running + (1 - decay) * weight.abs()
    return {
        "magnitude": own_mask(weights[-1].abs(), keep),
        "movement": own_mask(-(weights[:-1] * gradients).sum(0), keep),
        "running magnitude": own_mask(running, keep),
    }
