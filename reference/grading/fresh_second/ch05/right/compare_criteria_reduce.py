"""functools.reduce for the average, a movement score from repeated movement_update with rate 1, masks in a comprehension."""
import functools

import torch
from torch import Tensor


def compare_criteria(weights: Tensor, gradients: Tensor, *, keep: float, decay: float) -> dict[str, Tensor]:
    sizes = weights.abs().unbind(0)
    movement = torch.zeros_like(weights[0])
    for weight, gradient in zip(weights, gradients):
        movement = movement_update(movement, weight, gradient, score_rate=1.0)
    by_criterion = {
        "magnitude": sizes[-1],
        "movement": movement,
        "running magnitude": functools.reduce(lambda old, new: decay * old + (1 - decay) * new, sizes),
    }
    return {criterion: top_v_mask(score, keep) for criterion, score in by_criterion.items()}
