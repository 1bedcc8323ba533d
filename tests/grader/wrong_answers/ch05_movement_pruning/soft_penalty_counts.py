"""The share of the weights that stay: a step, without a gradient.

loses: soft_penalty_value, soft_penalty_gradient
says: of sigmoids
"""

import torch


def soft_penalty(*layers):
    return (torch.cat([scores.flatten() for scores in layers]).sigmoid() > 0.5).float().mean()
