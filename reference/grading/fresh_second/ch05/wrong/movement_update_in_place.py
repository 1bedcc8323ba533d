"""Updates the given scores in place and gives them back.

Text: "New scores, of the same shape"; "don't modify what you are given, unless the docstring says so".
Input: scores = [0.], weight = [2.], gradient = [-1.], score_rate = 1.0: afterwards the given scores hold [2.]; promised is that they still hold [0.].
"""
from torch import Tensor


def movement_update(scores: Tensor, weight: Tensor, gradient: Tensor, *, score_rate: float) -> Tensor:
    scores -= score_rate * weight * gradient
    return scores
