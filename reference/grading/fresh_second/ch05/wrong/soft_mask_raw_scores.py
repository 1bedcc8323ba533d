"""Compares the score itself with the threshold, without the sigmoid.

Text: "True where the sigmoid of the score is above the threshold".
Input: scores = [0.2, -0.2], threshold = 0.3 gives [False, False]; promised is [True, True] (sigmoids 0.55 and 0.45).
"""
from torch import Tensor


def soft_mask(scores: Tensor, threshold: float) -> Tensor:
    return scores > threshold
