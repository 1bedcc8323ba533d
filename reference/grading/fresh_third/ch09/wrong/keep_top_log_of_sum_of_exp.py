"""Adds up the others' probabilities themselves, which underflow in float32, and takes the logarithm of 0.

Text: "right also where the others' probability is far below rounding".
Input: keep_top(torch.tensor([[0., -200.]]), 1): the tail is minus infinity; promised: -200.
"""
from torch import Tensor


def keep_top(logits: Tensor, k: int) -> tuple[Tensor, Tensor, Tensor]:
    if k < 1 or k > logits.size(1):
        raise ValueError("k is out of range")
    ordered, order = logits.log_softmax(1).sort(dim=1, descending=True)
    tail = ordered[:, k:].exp().sum(dim=1).log()
    return ordered[:, :k], order[:, :k], tail
