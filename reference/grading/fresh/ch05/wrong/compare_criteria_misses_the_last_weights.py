"""Mistake: counts the running magnitude's updates by one too few, so that the weights after the last step are left out.

With weights=[[2.0, 1.0], [1.0, 10.0]], gradients=[[0.0, 0.0]], keep=0.5, decay=0.5, the averages are [1.5, 5.5], and the text
promises "running magnitude" [False, True]; gives [True, False], that of the first weights.
"""
import torch
from torch import Tensor


def compare_criteria(weights: Tensor, gradients: Tensor, *, keep: float, decay: float) -> dict[str, Tensor]:
    steps = len(gradients)
    movement = torch.zeros_like(weights[0])
    for t in range(steps):
        movement = movement - weights[t] * gradients[t]
    running = weights[0].abs()
    for t in range(1, steps):
        running = decay * running + (1 - decay) * weights[t].abs()
    return {
        "magnitude": top_v_mask(weights[-1].abs(), keep),
        "movement": top_v_mask(movement, keep),
        "running magnitude": top_v_mask(running, keep),
    }
