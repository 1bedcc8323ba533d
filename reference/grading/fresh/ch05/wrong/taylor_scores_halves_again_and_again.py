"""Mistake: a running mean that always halves; right for one and two batches only, later ones count more.

With weight=[1.0], gradients=[[4.0], [0.0], [0.0]], the text promises |1 * 4/3| = 1.333; gives ((4 + 0)/2 + 0)/2 = 1.0.
"""
import torch
from torch import Tensor


def taylor_scores(weight: Tensor, gradients: Tensor) -> Tensor:
    mean = gradients[0].clone()
    for gradient in gradients[1:]:
        mean = (mean + gradient) / 2
    return torch.abs(weight * mean)
