"""Swaps the two shares of the exponential average: decay is given to the new value instead of to the old average.

Text: "m <- beta m + (1 - beta) |w_t|"; "decay: ... the share of the old average in the new".
Input: weights = [[10., 1.], [0., 5.]], gradients = [[0., 0.]], keep = 0.5, decay = 0.9: averages are 9 and 1.4, promised under "running magnitude" is
[True, False]; this gets 1 and 4.6 and gives [False, True].
"""
import torch
from torch import Tensor


def compare_criteria(weights: Tensor, gradients: Tensor, *, keep: float, decay: float) -> dict[str, Tensor]:
    average = weights[0].abs()
    movement = torch.zeros_like(weights[0])
    for step in range(len(gradients)):
        movement = movement - weights[step] * gradients[step]
        average = (1 - decay) * average + decay * weights[step + 1].abs()
    return {
        "magnitude": top_v_mask(weights[-1].abs(), keep),
        "movement": top_v_mask(movement, keep),
        "running magnitude": top_v_mask(average, keep),
    }
