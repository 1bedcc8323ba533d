"""Goes through rows: a scalar has none.

loses: update_direction
says: shape ()
"""

import torch


def movement_update(scores, weight, gradient, *, score_rate):
    out = torch.empty_like(scores)
    for i in range(scores.shape[0]):
        out[i] = scores[i] - score_rate * weight[i] * gradient[i]
    return out
