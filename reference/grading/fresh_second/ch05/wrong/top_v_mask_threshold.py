"""Compares with the k-th highest score: with ties more than k are kept (at the start, when all scores are 0, all).

Text: "`keep` times the number of entries are True, rounded to the nearest whole number".
Input: scores = [0., 0., 0., 0.], keep = 0.5 keeps four; promised are two.
"""
import torch
from torch import Tensor


def top_v_mask(scores: Tensor, keep: float) -> Tensor:
    if keep < 0 or keep > 1:
        raise ValueError("keep has to be between 0 and 1")
    count = round(keep * scores.numel())
    if count == 0:
        return torch.zeros_like(scores, dtype=torch.bool)
    threshold = torch.topk(scores.flatten(), count).values[-1]
    return scores >= threshold
