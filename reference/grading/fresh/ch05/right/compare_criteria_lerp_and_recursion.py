"""Unusual but correct: the running magnitude by recursion over the run and lerp; the movement as one einsum."""
import torch
from torch import Tensor


def compare_criteria(weights: Tensor, gradients: Tensor, *, keep: float, decay: float) -> dict[str, Tensor]:
    sizes = weights.abs()

    def running(first: int, last: int, before: Tensor) -> Tensor:
        if first == last:
            return before.lerp(sizes[first], 1 - decay)
        middle = (first + last) // 2
        return running(middle + 1, last, running(first, middle, before))

    scores = {
        "magnitude": sizes[-1],
        "movement": torch.einsum("t...,t...->...", weights[:-1], gradients).neg(),
        "running magnitude": running(1, len(sizes) - 1, sizes[0]),
    }
    return {name: top_v_mask(score, keep=keep) for name, score in scores.items()}
