"""Mistake: averages the signed weights and takes the size at the end, so that a weight that changes its sign cancels.

With weights=[[4.0, 1.0], [-4.0, 1.0]], gradients=[[0.0, 0.0]], keep=0.5, decay=0.5, the average of |w| is [4, 1], and the text
promises "running magnitude" [True, False]; gives |[0, 1]|, so [False, True].
"""
import torch
from torch import Tensor


def compare_criteria(weights: Tensor, gradients: Tensor, *, keep: float, decay: float) -> dict[str, Tensor]:
    average = weights[0]
    for later in weights[1:]:
        average = decay * average + (1 - decay) * later
    movement = -(weights[:-1] * gradients).sum(0)
    scores = {"magnitude": weights[-1].abs(), "movement": movement, "running magnitude": average.abs()}
    return {name: top_v_mask(score, keep) for name, score in scores.items()}
