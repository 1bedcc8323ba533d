"""Mistake: adds up the gradients in the first batch's row, a view of the caller's tensor.

With weight=[3.0, 3.0], gradients=[[1.0, 0.2], [-1.0, 0.4]], the scores are right ([0, 0.9]), but the text promises not to modify
what is given; afterwards the caller's gradients are [[0.0, 0.6], [-1.0, 0.4]].
"""
import torch
from torch import Tensor


def taylor_scores(weight: Tensor, gradients: Tensor) -> Tensor:
    total = gradients[0]
    for gradient in gradients[1:]:
        total += gradient
    return (weight * total / len(gradients)).abs()
