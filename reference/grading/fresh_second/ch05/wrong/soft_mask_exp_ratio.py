"""Writes the sigmoid as exp(S) / (1 + exp(S)): for a large score that is inf / inf = NaN, and NaN is above nothing.

Text: "scores: any shape, float32 or float64, however large or small".
Input: scores = [100.] (float32), threshold = 0.5 gives [False]; promised is [True].
"""
import torch
from torch import Tensor


def soft_mask(scores: Tensor, threshold: float) -> Tensor:
    exponential = torch.exp(scores)
    return exponential / (1 + exponential) > threshold
