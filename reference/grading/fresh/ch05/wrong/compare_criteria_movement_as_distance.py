"""Mistake: takes movement as the way from the first weights to the last, away from zero, without any gradient. On the
check's run this picks the same weights, but gradients[t] is not always the step that was taken, nor w what it was at first.

With weights=[[10.0, 1.0], [10.5, 2.0]], gradients=[[-0.5, -1.0]], keep=0.5, decay=0.5, the scores are [5, 1], and the text promises
"movement" [True, False]; gives the distances [0.5, 1.0], so [False, True].
"""
import torch
from torch import Tensor


def compare_criteria(weights: Tensor, gradients: Tensor, *, keep: float, decay: float) -> dict[str, Tensor]:
    first, last = weights[0], weights[-1]
    movement = (last - first) * first.sign()
    running = first.abs()
    for weight in weights[1:]:
        running = decay * running + (1 - decay) * weight.abs()
    return {
        "magnitude": top_v_mask(last.abs(), keep),
        "movement": top_v_mask(movement, keep),
        "running magnitude": top_v_mask(running, keep),
    }
