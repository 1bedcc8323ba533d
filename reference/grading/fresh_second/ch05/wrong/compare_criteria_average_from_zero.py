"""Begins the exponential average at 0 (as Adam does) and mixes all weights in, the first one too, with the share 1 - decay.

Text: "it begins as m = |w_0|, and each later weight is mixed in".
Input: weights = [[4., 1.], [0., 2.5]], gradients = [[0., 0.]], keep = 0.5, decay = 0.5: averages are 2 and 1.75, promised under
"running magnitude" is [True, False]; this gets 1 and 1.5 and gives [False, True].
"""
import torch
from torch import Tensor


def compare_criteria(weights: Tensor, gradients: Tensor, *, keep: float, decay: float) -> dict[str, Tensor]:
    running = torch.zeros_like(weights[0])
    for weight in weights:
        running = decay * running + (1 - decay) * weight.abs()
    scores = {
        "magnitude": weights[-1].abs(),
        "movement": -(weights[:-1] * gradients).sum(dim=0),
        "running magnitude": running,
    }
    return {name: top_v_mask(score, keep) for name, score in scores.items()}
