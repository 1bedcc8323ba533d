"""Divides each layer by its own sum: a network with two layers has a total of 2, and one whose products are all 0 gets NaN.

Text: "All scores of all layers add up to 1".
Input: weights {"a": [1.], "b": [3.]}, gradients all 1 gives {"a": [1.], "b": [1.]}; promised is {"a": [0.25], "b": [0.75]}.
"""
from torch import Tensor


def snip_scores(weights: dict[str, Tensor], gradients: dict[str, Tensor]) -> dict[str, Tensor]:
    scores = {}
    for name, weight in weights.items():
        sensitivity = (weight * gradients[name]).abs()
        scores[name] = sensitivity / sensitivity.sum()
    return scores
